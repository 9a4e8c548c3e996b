"""Scenes: what `/ticket` and `/tag` answer, their windows, and what is refused."""

from scripts.gallery.camera import Camera
from scripts.gallery.place import ALERTS, ANA, KOFI, MAYA, Place

ENTERPRISE = {"external_id": "cobalt", "name": "Cobalt Commerce", "tier": "enterprise", "arr": 84000}


def commands(place: Place, camera: Camera) -> None:
    """Each form of `/ticket`, as its sender sees the answer; T-1 and T-2 are opened here."""
    ana = place.person(ANA)
    for name, line, seen in (
        ("ticket-none-yet", "/ticket", ""),
        ("ticket-new-answer", "/ticket new P2 Webhooks arrive twice for Halden Logistics", "T-1"),
        ("ticket-new-by-words", "/ticket new Nobody can log in, all of our checkout is down", "T-2"),
        ("ticket-take", "/ticket take T-1", "T-1"),
        ("ticket-assign", "/ticket assign T-2 @kofi", "T-2"),
        ("ticket-customer", "/ticket customer T-1", "T-1"),
        ("ticket-reply", "/ticket reply T-1", "T-1"),
        ("ticket-priority", "/ticket priority T-1 P1", "T-1"),
        ("ticket-pending", "/ticket pending T-1", "T-1"),
        ("ticket-open", "/ticket open T-1", "T-1"),
        ("ticket-card", "/ticket show T-1", "T-1"),
        ("ticket-card-escalated", "/ticket show T-2", "T-2"),
        ("ticket-csat", "/ticket csat T-1 4", "T-1"),
        ("ticket-undo", "/ticket undo", "Undone"),
        ("ticket-list", "/ticket list", "T-2"),
        ("ticket-help", "/ticket help", "/ticket"),
        ("refused-no-such-ticket", "/ticket show T-999", "T-999"),
        ("refused-move", "/ticket close T-1", "T-1"),
        ("refused-word", "/ticket slove T-1", ""),
        ("refused-rating", "/ticket csat T-1 9", ""),
        ("refused-priority", "/ticket priority T-1 P9", ""),
    ):
        told = ana.types(line)
        camera.message(place.url, name, ana, *([seen] if seen and seen in told else []))


def windows(place: Place, camera: Camera) -> None:
    """The windows of `/ticket` and `/tag`, and a ticket solved, closed, and written to again."""
    ana = place.person(ANA)
    for name, line in (
        ("window-ticket-new", "/ticket new"),
        ("window-ticket-missing", "/ticket take"),
        ("window-tag", "/tag T-1"),
        ("window-solve", "/ticket solve T-1"),
    ):
        ana.types(line)
        camera.window(place.url, name, ana)
        place.work.slack.close(ANA, clear=True)
    for name, line in (
        ("tag-near-miss", "/tag T-1 usabilty webhooks"),
        ("tag-ambiguous", "/tag T-1 d"),
        ("tag-unknown", "/tag T-1 xylophone"),
        ("tag-done", "/tag T-1 reliab webhooks sentiment:negative root:product_bug"),
        ("tag-unchanged", "/tag T-1 reliability"),
        ("tag-many", "/tag T-1 T-2 usability api"),
        ("tag-help", "/tag help"),
        ("ticket-solved", "/ticket solve T-1 article https://kb.fernpost.example/webhooks"),
        ("ticket-reopen", "/ticket reopen T-1"),
    ):
        ana.types(line)
        camera.message(place.url, name, ana)
    ana.types("/ticket solve T-1 bug https://bugs.fernpost.example/1")
    ana.types("/ticket close T-1")
    ana.types("/ticket customer T-1")
    camera.message(place.url, "ticket-follow-up", ana)


def announced(place: Place, camera: Camera) -> None:
    """A P1 of the helpdesk in the alerts channel, before and after it is taken."""
    told = {"external_id": "HD-1", "subject": "Sign-in codes are answered with an error", "customer": ENTERPRISE}
    place.work.ingest(told | {"priority": "P1", "url": "https://helpdesk.example/HD-1"}, "gallery-1")
    kofi = place.person(KOFI, ALERTS)
    place.waits(kofi, "Sign-in codes")
    camera.message(place.url, "announcement", kofi, "Sign-in codes")
    card = place.waits(kofi, "Sign-in codes")
    place.presses(kofi, card, "ticket_take")
    camera.message(place.url, "announcement-taken", kofi, "Sign-in codes", "Kofi")


def home(place: Place, camera: Camera) -> None:
    """The Home tab of who has tickets, and of who has none."""
    for name, who in (("home", KOFI), ("home-empty", MAYA)):
        place.work.slack.open_home(who)
        camera.home(place.url, name, who)
