"""Scenes: alerts of promises in every state they can have, their windows, and what `/sla` answers."""

from scripts.gallery.camera import Camera
from scripts.gallery.place import ALERTS, ANA, KOFI, LEADS, MAYA, Place

SUBJECT = "The export of contacts stays empty"


def alerts(place: Place, camera: Camera) -> None:
    """A first response warned about, broken, taken, snoozed, given, answered late, looked back on and excused."""
    ana, kofi = place.person(ANA), place.person(KOFI, ALERTS)
    ana.types(f"/ticket new P2 {SUBJECT} for Brightside Clinics")
    number = _number(ana.reads())

    def seen(name: str, *texts: str) -> None:
        place.waits(kofi, texts)
        camera.message(place.url, name, kofi, *(text.removeprefix("> ") for text in texts))

    place.pass_time(minutes=16)
    seen("alert-pickup-breached", "Pickup", SUBJECT)
    place.pass_time(hours=3)
    seen("alert-warning", "First response", SUBJECT)
    place.pass_time(minutes=50)
    place.waits(kofi, "First response breached")
    seen("alert-breached", SUBJECT, "First response breached")
    place.pass_time(minutes=61)
    _thread(place, camera, "alert-reminder", "First response breached")
    post = place.waits(kofi, "First response breached")
    value = f"{number}:first_response:1"
    place.presses(kofi, post, "sla_assign", value=value)
    camera.window(place.url, "window-alert-assign", kofi)
    kofi.submits(person=ANA)
    seen("alert-taken", "First response breached", "> is on it.")
    place.presses(kofi, post, "sla_snooze", value=value)
    seen("alert-snoozed", "First response breached", "noozed")
    place.presses(kofi, place.waits(kofi, "First response breached"), "sla_replied", value=value)
    seen("alert-answered-late", "replied", "late by")
    maya = place.person(MAYA, ALERTS)
    asked = place.waits(maya, "hat was the cause", post["ts"])
    camera.message(place.url, "alert-cause", maya, "hat was the cause", thread=post["ts"])
    place.presses(kofi, asked, "sla_cause_knowledge", value=value)
    seen("alert-cause-noted", "Cause:")
    place.presses(kofi, asked, "sla_waive", value=value)
    place.waits(kofi, "Only a lead", post["ts"])
    camera.message(place.url, "refused-only-leads", kofi, "Only a lead", thread=post["ts"])
    place.presses(maya, asked, "sla_waive", value=value)
    camera.window(place.url, "window-alert-waive", maya)
    maya.submits(why="The customer's own outage; they agreed that we wait.")
    seen("alert-excused", "Excused")
    ana.types("/ticket customer 1")


def board(place: Place, camera: Camera) -> None:
    """What `/sla` answers."""
    ana = place.person(ANA)
    for name, line in (
        ("sla-board", "/sla"),
        ("sla-ticket", f"/sla T-{_number(place.person(ANA).types('/ticket list'))}"),
        ("sla-policy", "/sla policy"),
        ("sla-help", "/sla help"),
    ):
        ana.types(line)
        camera.message(place.url, name, ana)


def waited(place: Place, camera: Camera) -> None:
    """A customer who does not answer, told to who has the ticket."""
    ana = place.person(ANA)
    ana.types("/ticket new P3 How do I change the sender for Umber Coffee")
    number = _number(ana.reads())
    for line in (f"/ticket take {number}", f"/ticket reply {number}", f"/ticket pending {number}"):
        ana.types(line)
    place.pass_time(days=12)
    alone = place.direct(ANA)
    place.waits(alone, "Still waiting for the customer")
    camera.message(place.url, "ticket-still-waiting", alone, "Still waiting for the customer")


def undelivered(place: Place, camera: Camera) -> None:
    """What a channel does not take: told to the leads."""
    place.work.slack.fault("chat.postMessage", "error", channel=ALERTS, error="is_archived")
    place.person(ANA).types("/ticket new P1 Receipts arrive hours late for Fable Podcast")
    maya = place.person(MAYA, LEADS)
    place.waits(maya, "could not be delivered")
    camera.message(place.url, "undelivered", maya, "could not be delivered")


def storm(place: Place, camera: Camera) -> None:
    """Many promises broken while nobody looked: one summary."""
    ana, kofi = place.person(ANA), place.person(KOFI, ALERTS)
    for area in ("Dashboard", "Receipts", "Webhook log", "Audience page", "Template editor", "Invoice page", "API"):
        ana.types(f"/ticket new P2 {area} loads for minutes")
    place.pass_time(minutes=20)
    place.waits(kofi, "promises need attention")
    camera.message(place.url, "alert-storm", kofi, "promises need attention")


def _thread(place: Place, camera: Camera, name: str, of: str) -> None:
    kofi = place.person(KOFI, ALERTS)
    post = place.waits(kofi, of)
    place.waits(kofi, "still", post["ts"])
    camera.message(place.url, name, kofi, "still", thread=post["ts"])


def _number(text: str) -> str:
    return text.split("T-", 1)[1].split()[0].strip("·:,.")
