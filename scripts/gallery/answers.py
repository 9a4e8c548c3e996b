"""Scenes: what the buttons answer, and what people see rarely: other taxonomies, quiet cases, customers forgotten."""

import io
from collections.abc import Iterator

from bot.cli_care import forget
from scripts.gallery.camera import Camera
from scripts.gallery.place import ALERTS, ANA, JUN, KOFI, L2, LEADS, LENA, MAYA, QA, SAM, Json, Place
from tests.calibrating import DIMENSIONS
from tests.workplace import Person, buttons

POINTS = dict(zip(DIMENSIONS, ("20", "20", "15", "12", "10"), strict=True))
HANDOFF = {"needed": "Somebody who knows SAML", "expected": "An answer today", "action_0": "Asked for a trace"}


def alerts(place: Place, camera: Camera) -> None:
    """Each button of an alert answers whoever pressed it."""
    ana, kofi, maya = place.person(ANA), place.person(KOFI, ALERTS), place.person(MAYA, ALERTS)
    ana.types("/tag report 7d")
    camera.message(place.url, "tag-report-empty", ana)
    ana.types("/ticket new P2 The export of contacts stays empty for Brightside Clinics")
    place.pass_time(hours=4, minutes=1)
    value = "T-1:first_response:1"
    post = place.waits(kofi, ("First response breached", "export of contacts"))
    for name, action, seen in (
        ("alert-answer-taken", "sla_mine", "reminders stop"),
        ("alert-answer-snoozed", "sla_snooze", "Quiet about"),
        ("alert-answer-replied", "sla_replied", "was answered"),
    ):
        place.presses(kofi, place.waits(kofi, "First response breached"), action, value=value)
        _answer(place, camera, name, kofi, seen)
    asked = place.waits(maya, "hat was the cause", post["ts"])
    place.presses(maya, asked, "sla_cause_queue", value=value)
    _answer(place, camera, "alert-answer-cause", maya, "Noted for", post["ts"])
    place.presses(maya, asked, "sla_waive", value=value)
    maya.submits(why="The customer's own outage.")
    _answer(place, camera, "alert-answer-excused", maya, "is excused. Figures", post["ts"])


def quiet_case(place: Place, camera: Camera) -> None:
    """A handoff that is acknowledged and then forgotten about."""
    ana, lena = place.person(ANA), place.person(LENA, L2)
    ana.types("/ticket new P2 Sign-in by SAML fails for Harbour Tickets")
    ana.types("/escalate T-2 I am stuck")
    assert ana.submits(**HANDOFF)["ok"]
    post = place.waits(lena, "T-2 is handed on")
    _press(place, lena, post, "Acknowledge")
    place.waits(lena, "T-2 is being worked on")
    place.pass_time(hours=12)
    place.waits(lena, "nothing has happened", post["ts"])
    camera.message(place.url, "handoff-quiet", lena, "nothing has happened", thread=post["ts"])


def forgotten(place: Place, camera: Camera) -> None:
    """A customer is forgotten: their posts and lines say so."""
    house, said = place.work.bot.house, io.StringIO()
    assert forget(house.settings, "Harbour Tickets", house.clock, None, lambda _: True, said.write)
    house.wake()
    lena = place.person(LENA, L2)
    place.waits(lena, "removed at the customer's request")
    camera.message(place.url, "forgotten-handoff", lena, "removed at the customer's request")
    place.person(ANA).types("/ticket show T-2")
    camera.message(place.url, "forgotten-card", place.person(ANA))


def tagged(place: Place, camera: Camera) -> None:
    """A ticket with a category, for the same team with another taxonomy."""
    ana = place.person(ANA)
    ana.types("/ticket new P2 The invoice of November is wrong for Kestrel Mobility")
    ana.types("/tag T-1 usability billing")


def retagged(place: Place, camera: Camera) -> None:
    """Windows of a taxonomy with subcategories, of which one category is no longer used."""
    ana = place.person(ANA)
    for name, line in (("window-tag-grouped", "/tag T-1"), ("window-solve-grouped", "/ticket solve T-1")):
        ana.types(line)
        if place.work.slack.views(ANA):
            camera.window(place.url, name, ana)
            place.work.slack.close(ANA, clear=True)
    for name, line in (("tag-subcategory", "/tag T-1 product/bug"), ("tag-help-grouped", "/tag help")):
        ana.types(line)
        camera.message(place.url, name, ana)


def agreed(place: Place, camera: Camera) -> None:
    """After a calibration: the agreed score and the note to the rubric are kept, and shown to all."""
    maya, slack = place.person(MAYA, QA), place.work.slack
    head = place.waits(maya, "Calibration 1:")
    for label, given, name, seen in (
        ("Agreed score…", POINTS, "calibration-agreed", "is recorded as"),
        (
            "Rubric note…",
            {"text": "A wrong invoice named is an accuracy of 12 at most"},
            "calibration-noted",
            "12 at most",
        ),
    ):
        post = next(m for m in slack.messages(MAYA, QA, head["ts"]) if label in _labels(m))
        _press(place, maya, post, label)
        answer = maya.submits(**given)
        assert answer["ok"], answer
        place.pass_time(seconds=3)
        place.waits(maya, seen, head["ts"])
        camera.message(place.url, f"{name}-told", maya, seen, thread=head["ts"])
    camera.message(place.url, "calibration-agreed-post", maya, "greed", "1 of 2", thread=head["ts"])


def too_few(place: Place, camera: Camera) -> None:
    """One is cancelled; for another hardly anybody votes: nudged, extended, closed without a result."""
    maya = place.person(MAYA, QA)
    maya.types("/calibrate start T-1 T-2")
    _press(place, maya, maya.messages()[-1], "Cancel")
    camera.message(place.url, "calibration-cancelled", maya)
    maya.types("/calibrate start T-1 T-2 until tomorrow 17:00")
    _press(place, maya, maya.messages()[-1], "Post")
    head = place.waits(maya, "Score each ticket in this thread")
    post = place.waits(maya, "2 of 2 ·", head["ts"])
    sam = place.person(SAM, QA)
    _press(place, sam, post, "Score…")
    assert sam.submits(**POINTS)["ok"]
    place.waits(sam, "is kept", head["ts"])
    camera.message(place.url, "calibration-scored", sam, "is kept", thread=head["ts"])
    place.pass_time(hours=18)
    jun = place.direct(JUN)
    place.waits(jun, "Half of the time")
    camera.message(place.url, "calibration-nudge", jun, "Half of the time")
    maya.types("/calibrate close")
    camera.message(place.url, "calibrate-close-extends", maya)
    place.waits(maya, "needed have voted", head["ts"])
    camera.message(place.url, "calibration-extended", maya, "needed have voted", thread=head["ts"])
    maya.types("/calibrate close")
    camera.message(place.url, "calibrate-close-too-few", maya)
    place.waits(maya, "stays sealed", head["ts"])
    camera.message(place.url, "calibration-too-few", maya, "stays sealed", thread=head["ts"])


def by_itself(place: Place, camera: Camera) -> None:
    """The calibration of the month opens by itself; each lead is told alone what was chosen."""
    maya, now = place.direct(MAYA), place.work.clock.now()
    place.pass_time(days=32 - now.day, hours=12)
    place.waits(maya, "opens now in")
    camera.message(place.url, "calibration-opened-by-itself", maya, "opens now in")


def revised(place: Place, camera: Camera) -> None:
    """A review was revised: what its agent and the leads had been told says so."""
    ana, maya = place.direct(ANA), place.direct(MAYA)
    place.waits(ana, "was revised: the new one")
    camera.message(place.url, "review-replaced", ana, "was revised: the new one")
    place.waits(maya, "asks for no talk")
    camera.message(place.url, "review-no-talk", maya, "asks for no talk")


def handed_on(place: Place) -> None:
    """A handoff within the week that is reviewed."""
    ana = place.person(ANA)
    ana.types("/ticket new P2 Sign-in by SAML fails for Harbour Tickets")
    number = ana.reads().split("T-", 1)[1].split()[0].strip("·:,.")
    ana.types(f"/escalate T-{number} I am stuck")
    assert ana.submits(**HANDOFF)["ok"]


def marked(place: Place, camera: Camera) -> None:
    """In the week's thread a handoff is judged and a quick win claimed: the parts follow."""
    maya, slack = place.person(MAYA, LEADS), place.work.slack
    head = next(one for one in reversed(maya.messages()) if "Weekly review" in one["text"] and not one.get("ephemeral"))
    for label, name, told, then in (
        ("Avoidable", "digest-judged", "avoidable", "avoidable"),
        ("Claim", "digest-claim", "It is yours", "Maya"),
    ):
        part = next(one for one in slack.messages(MAYA, LEADS, head["ts"]) if label in _labels(one))
        _press(place, maya, part, label)
        place.waits(maya, told, head["ts"])
        camera.message(place.url, f"{name}-told", maya, "Only visible to you", thread=head["ts"])
        place.pass_time(seconds=3)
        camera.message(place.url, f"{name}-part", maya, then, thread=head["ts"], ts=part["ts"])
    mine = next(one for one in reversed(slack.messages(MAYA, LEADS, head["ts"])) if "Done" in _labels(one))
    _press(place, maya, mine, "Done")
    place.pass_time(seconds=3)
    camera.message(place.url, "digest-claim-done", maya, "Only visible to you", thread=head["ts"])


def _answer(place: Place, camera: Camera, name: str, person: Person, seen: str, thread: str | None = None) -> None:
    place.waits(person, seen, thread)
    camera.message(place.url, name, person, "Only visible to you", seen, thread=thread)


def _labels(message: Json) -> Iterator[str]:
    return (one["text"]["text"] for one in buttons(message))


def _press(place: Place, person: Person, message: Json, label: str) -> None:
    button = next(one for one in buttons(message) if one["text"]["text"] == label)
    place.presses(person, message, button["action_id"], block_id=button["block_id"], value=button.get("value", ""))
