"""Scenes: a review from the reviewer's share to the agent's reply, and what each of them sees."""

from bot.reviews import shares
from scripts.gallery.camera import Camera
from scripts.gallery.place import ANA, JUN, LENA, MAYA, SAM, TOBI, Json, Place
from tests.calibrating import DIMENSIONS
from tests.workplace import Person, buttons

GOOD, POOR = (21, 22, 18, 12, 10), (10, 12, 9, 8, 4)
SAID = {
    "comment_accuracy": "The record they were told to add is the one that was there already.",
    "comment_communication": "The first answer thanks them & says nothing of what they asked.",
}
REPLY = "Fair. The docs page was down that hour, so I wrote it from memory.\nI have added it to our snippets now."


def reviewed(place: Place, camera: Camera) -> None:
    """Solved tickets, the share on Monday, the scorecard, the agent's message, a reply, a revision, the queue."""
    for rating in (1, 2, 2, 5):
        _solved(place, rating)
    _on_monday(place)
    holder, share = _share(place)
    camera.message(place.url, "review-share", holder, ts=share["ts"])
    _press(place, holder, share, "Review…")
    camera.window(place.url, "window-review", holder)
    holder.presses("Save draft", **dict(zip(DIMENSIONS, map(str, POOR), strict=True)))
    camera.window(place.url, "window-review-draft", holder)
    holder.submits(**dict(zip(DIMENSIONS, map(str, POOR), strict=True)), **SAID)
    _read_and_replied(place, camera)
    number = "T-" + str(share["blocks"]).split("T-", 1)[1].split(" ")[0]
    _looked_up(place, camera, place.person(holder.id), number)


def _solved(place: Place, rating: int) -> None:
    ana = place.person(ANA)
    ana.types("/ticket new P2 The invoice of November is wrong for Kestrel Mobility")
    number = "T-" + ana.reads().split("T-", 1)[1].split()[0].strip("·:,.")
    for line in (f"take {number}", f"solve {number} nothing", f"csat {number} {rating}"):
        if line.startswith("solve"):
            ana.types(f"/tag {number} usability billing")
        ana.types(f"/ticket {line}")


def _on_monday(place: Place) -> None:
    now = place.work.clock.now()
    place.pass_time(days=7 - now.weekday())
    shares.sweep(place.work.bot.house, place.work.bot.workspace_id)
    place.work.bot.house.wake()


def _share(place: Place) -> tuple[Person, Json]:
    """A reviewer with a share of the three that were badly rated, and its message."""
    with_share = [
        one for one in (SAM, LENA, JUN, TOBI) if "Yours to review" in place.person(one).types("/review queue")
    ]
    holder = place.direct(with_share[0])
    return holder, place.waits(holder, "Your reviews of the week")


def _read_and_replied(place: Place, camera: Camera) -> None:
    ana, maya = place.direct(ANA), place.direct(MAYA)
    told = place.waits(ana, "The review of your work")
    camera.message(place.url, "review-agent", ana, ts=told["ts"])
    urgent = place.waits(maya, "this week")
    camera.message(place.url, "review-talk", maya, ts=urgent["ts"])
    _press(place, ana, told, "Reply…")
    camera.window(place.url, "window-review-reply", ana)
    ana.submits(text=REPLY)
    replied = place.waits(maya, "replied to the review")
    camera.message(place.url, "review-reply", maya, ts=replied["ts"])


def _looked_up(place: Place, camera: Camera, holder: Person, number: str) -> None:
    holder.types(f"/review {number}")
    camera.window(place.url, "window-review-again", holder)
    holder.submits(**dict(zip(DIMENSIONS, map(str, GOOD), strict=True)))
    place.waits(holder, "is revised")
    place.pass_time(minutes=1)
    for name, line in (("review-show", f"show {number}"), ("review-queue", "queue"), ("review-help", "help")):
        holder.types(f"/review {line}")
        camera.message(place.url, name, holder)


def _press(place: Place, person: Person, message: Json, label: str) -> None:
    button = next(one for one in buttons(message) if one["text"]["text"] == label)
    place.presses(person, message, button["action_id"], block_id=button["block_id"], value=button.get("value", ""))
