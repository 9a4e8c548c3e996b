"""Scenes: the report, the digests, and later what reviewers see."""

from datetime import timedelta

from bot.digests.posting import sweep
from scripts.gallery.camera import Camera
from scripts.gallery.place import ANA, LEADS, MAYA, TOBI, Json, Place, until

DAILY = """
[digests.daily]
time = "09:00"
timezone = "Europe/London"
"""


def reports(place: Place, camera: Camera) -> None:
    """What is asked for: the report, the lists, the digest's preview and its schedule."""
    maya = place.person(MAYA, LEADS)
    for name, line in (
        ("tag-report", "/tag report 30d"),
        ("ticket-list-pages", "/ticket list open"),
        ("ticket-list-unassigned", "/ticket list unassigned"),
        ("sla-board-many", "/sla"),
        ("digest-preview", "/digest weekly"),
        ("digest-schedule", "/digest schedule"),
        ("digest-help", "/digest help"),
    ):
        maya.types(line)
        camera.message(place.url, name, maya)


def _parts(place: Place, head: str) -> Json | None:
    place.pass_time(seconds=1)
    parts = place.work.slack.messages(TOBI, LEADS, head)[1:]
    return {"parts": parts} if len(parts) >= 5 else None


def claimed(place: Place, camera: Camera) -> None:
    """A quick win of the preview, claimed."""
    maya = place.person(MAYA, LEADS)
    maya.types("/digest weekly")
    maya.clicks("Claim")
    maya.waits_for("It is yours")
    camera.message(place.url, "digest-claimed", maya, "It is yours")


def daily(place: Place, camera: Camera) -> None:
    """The short review of a day, which is off unless a team wants it."""
    now = place.work.clock.now()
    place.pass_time(seconds=(now.replace(hour=9) + timedelta(days=1) - now).total_seconds() + 60)
    sweep(place.work.bot.house, "T0FERNPOST")
    tobi = place.person(TOBI, LEADS)
    place.waits(tobi, "Today ·")
    camera.message(place.url, "digest-daily", tobi, "Today ·")


def weekly(place: Place, camera: Camera) -> None:
    """The weekly post with each part of its thread, and a quick win claimed."""
    tobi = place.person(TOBI, LEADS)
    now = place.work.clock.now()
    monday = now.replace(hour=9, minute=0) + timedelta(days=7 - now.weekday())
    place.pass_time(seconds=(monday - now).total_seconds() + 60)
    sweep(place.work.bot.house, "T0FERNPOST")
    post = place.waits(tobi, "Weekly review")
    camera.message(place.url, "digest-post", tobi, "Weekly review")
    parts = until(lambda: _parts(place, post["ts"]), lambda: "the parts of the review are not posted")["parts"]
    for number, part in enumerate(parts, 1):
        camera.message(place.url, f"digest-part-{number}", tobi, thread=post["ts"], ts=part["ts"])
    ana = place.person(ANA)
    ana.types("/digest weekly post")
    camera.message(place.url, "refused-digest-post", ana)
