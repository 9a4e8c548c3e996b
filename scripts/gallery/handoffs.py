"""Scenes: handoffs offered, opened, answered and looked back on."""

from scripts.gallery.camera import Camera
from scripts.gallery.place import ANA, ENGINEERING, ESCALATIONS, JUN, L2, LEADS, LENA, MAYA, Json, Place
from tests.workplace import Person, all_text, option

CUSTOMER = {"external_id": "harbour", "name": "Harbour Tickets", "tier": "business", "arr": 21000}
WINDOW = {"needed": "Somebody who knows SAML", "expected": "An answer today, by telephone"}
FILLED = WINDOW | {"action_0": "Renewed the certificate", "result_0": "The same error"}


def offered(place: Place, camera: Camera) -> str:
    """A threat to leave is noticed and offered to who has the ticket; its number."""
    told = {"external_id": "HD-9", "subject": "We are switching to a competitor", "customer": CUSTOMER}
    place.work.ingest(told | {"priority": "P2", "assignee_email": "ana@fernpost.example"}, "gallery-9")
    ana = place.direct(ANA)
    offer = place.waits(ana, "threatens to leave")
    camera.message(place.url, "handoff-offer", ana, "threatens to leave")
    place.presses(ana, offer, "escalation_offer_dismissed", value=_value(offer, "escalation_offer_dismissed"))
    camera.message(place.url, "handoff-offer-dismissed", ana, "not needed")
    return "T-" + str(offer["text"]).split("T-", 1)[1].split()[0].strip("·:,.")


def opened(place: Place, camera: Camera, ticket: str) -> None:
    """The window, empty and with rows, and what it leads to."""
    ana = place.person(ANA)
    for name, line in (("window-escalate-which", "/escalate"), ("window-escalate", f"/escalate {ticket} I am stuck")):
        ana.types(line)
        if place.work.slack.views(ANA):
            camera.window(place.url, name, ana)
        if name.endswith("which") and place.work.slack.views(ANA):
            place.work.slack.close(ANA, clear=True)
    for _ in range(2):
        view = ana.window()
        block = next(
            one
            for one in view["blocks"]
            for el in one.get("elements", ())
            if el.get("action_id") == "escalation_add_row"
        )
        place.work.slack.click(
            ANA, view, "escalation_add_row", block_id=block["block_id"], value=_value(view, "escalation_add_row")
        )
    camera.window(place.url, "window-escalate-rows", ana)
    assert ana.submits(**FILLED, trigger=option("legal"))["ok"]
    ana.waits_for("is handed on to")
    camera.message(place.url, "handoff-told", ana, "is handed on to")
    lena = place.person(LENA, L2)
    place.waits(lena, f"{ticket} is handed on")
    camera.message(place.url, "handoff-post", lena, f"{ticket} is handed on")
    place.waits(place.person(MAYA, ESCALATIONS), "is handed on")
    camera.message(place.url, "handoff-elsewhere", place.person(MAYA, ESCALATIONS), "is handed on")
    place.waits(place.person(MAYA, LEADS), "no route")
    camera.message(place.url, "handoff-route-missing", place.person(MAYA, LEADS), "no route")


def answered(place: Place, camera: Camera, ticket: str) -> None:
    """Reminded, its next rung asked, acknowledged, declined, handed back, resolved."""
    lena, ana = place.person(LENA, L2), place.person(ANA)
    post = place.waits(lena, f"{ticket} is handed on")
    place.pass_time(minutes=49)
    place.waits(lena, "still waits", post["ts"])
    camera.message(place.url, "handoff-reminder", lena, "still waits", thread=post["ts"])
    place.pass_time(minutes=12)
    place.waits(lena, "Nobody acknowledged", post["ts"])
    camera.message(place.url, "handoff-next-rung", lena, "Nobody acknowledged", thread=post["ts"])
    _press(place, lena, "escalation_acknowledge", ticket)
    place.waits(lena, f"{ticket} is being worked on")
    camera.message(place.url, "handoff-acknowledged", lena, "is being worked on")
    place.waits(place.direct(ANA), "works on it")
    camera.message(place.url, "handoff-acknowledged-told", place.direct(ANA), "works on it")
    for name, action in (
        ("window-decline", "escalation_decline"),
        ("window-hand-back", "escalation_hand_back"),
        ("window-resolve", "escalation_resolve"),
    ):
        if not _has(place, lena, action, ticket):
            continue
        _press(place, lena, action, ticket)
        camera.window(place.url, name, lena)
        if name != "window-hand-back":
            place.work.slack.close(LENA, clear=True)
            continue
        lena.submits(answer="Their certificate expired: have them renew it")
        place.waits(lena, f"{ticket} was handed back")
        camera.message(place.url, "handoff-handed-back", lena, "was handed back")
        camera.message(place.url, "handoff-handed-back-told", place.direct(ANA), "handed")
        break
    _again(place, camera, ticket)
    for name, line in (("escalate-list", "/escalate list"), ("escalate-history", f"/escalate history {ticket}")):
        ana.types(line)
        camera.message(place.url, name, ana)
    ana.types("/escalate help")
    camera.message(place.url, "escalate-help", ana)


def _again(place: Place, camera: Camera, ticket: str) -> None:
    """Handed on anew twice: declined, then resolved."""
    ana, lena = place.person(ANA), place.person(LENA, L2)
    for reason, action, end in (
        ("I am stuck", "escalation_decline", "was declined"),
        ("again", "escalation_resolve", "is resolved"),
    ):
        ana.types(f"/escalate {ticket} {reason}")
        assert ana.submits(**FILLED)["ok"]
        place.waits(lena, f"{ticket} is handed on")
        _press(place, lena, action, ticket)
        camera.window(place.url, "window-" + action.replace("escalation_", ""), lena)
        given: Json = {
            "answer": "Fixed the metadata parser",
            "category": option("reliability"),
            "avoidable": option("yes"),
        }
        answer = lena.submits(**given, avoided_by=option("tooling"))
        assert answer["ok"], answer
        place.waits(lena, f"{ticket} {end}")
        camera.message(place.url, f"handoff-{end.split()[-1]}", lena, end)


def rest(place: Place, camera: Camera) -> None:
    """What is left of the channels that are asked: engineering sees a link."""
    jun = place.person(JUN, ENGINEERING)
    if place.work.slack.messages(JUN, ENGINEERING):
        camera.message(place.url, "handoff-engineering", jun)


def _press(place: Place, person: Person, action: str, ticket: str) -> None:
    message = next(one for one in reversed(person.messages()) if _has_in(one, action, ticket))
    place.presses(person, message, action, value=_value(message, action))


def _has(place: Place, person: Person, action: str, ticket: str) -> bool:
    return any(_has_in(one, action, ticket) for one in person.messages())


def _has_in(message: Json, action: str, ticket: str) -> bool:
    offered = any(
        el.get("action_id") == action for one in message.get("blocks") or () for el in one.get("elements", ())
    )
    return offered and f"{ticket} " in all_text(message)


def _value(shown: Json, action: str) -> str:
    found = (el for one in shown["blocks"] for el in one.get("elements", ()) if el.get("action_id") == action)
    return str(next(found).get("value", ""))
