"""Scenes: a calibration from its preview to its result, what each reviewer sees of it, and a review."""

from scripts.gallery.camera import Camera
from scripts.gallery.place import ANA, JUN, LENA, MAYA, QA, SAM, TOBI, Json, Place
from tests.calibrating import DIMENSIONS
from tests.workplace import Person, buttons

SCORES = {
    SAM: ((23, 20, 18, 13, 11), (22, 22, 17, 12, 9)),
    LENA: ((10, 12, 9, 8, 4), (20, 20, 15, 10, 8)),
    JUN: ((21, 20, 14, 10, 7), (24, 25, 19, 15, 15)),
    TOBI: ((20, 22, 15, 11, 8), (21, 21, 16, 12, 9)),
}
SUBJECTS = ("The invoice of November is wrong", "A template cannot be saved")


def played(place: Place, camera: Camera) -> None:
    """Solved tickets, the preview and its window, the posts, the scorecard, the close and what is agreed on."""
    numbers = [_solved(place, subject) for subject in SUBJECTS]
    maya = place.person(MAYA, QA)
    maya.types(f"/calibrate start {' '.join(numbers)} until tomorrow 17:00")
    preview = maya.messages()[-1]
    camera.message(place.url, "calibration-preview", maya)
    _press(place, maya, preview, "Change…")
    camera.window(place.url, "window-calibration-change", maya)
    place.work.slack.close(MAYA, clear=True)
    _press(place, maya, preview, "Post")
    head = place.waits(maya, "Calibration 1:")
    posts = [place.waits(maya, f"· {number} ·", head["ts"]) for number in numbers]
    camera.message(place.url, "calibration-post", maya, ts=head["ts"])
    camera.message(place.url, "calibration-ticket", maya, thread=head["ts"], ts=posts[0]["ts"])
    _scored(place, camera, posts)
    place.waits(maya, "how far", head["ts"])
    for number in numbers:
        place.waits(maya, (f"· {number} ·", "Discuss"), head["ts"])
    _results(place, camera, head)
    for name, line in (("calibrate-history", "/calibrate history"), ("calibrate-help", "/calibrate help")):
        maya.types(line)
        camera.message(place.url, name, maya)


def _solved(place: Place, subject: str) -> str:
    ana = place.person(ANA)
    ana.types(f"/ticket new P2 {subject} for Kestrel Mobility")
    number = "T-" + ana.reads().split("T-", 1)[1].split()[0].strip("·:,.")
    for line in (f"/ticket take {number}", f"/tag {number} usability billing", f"/ticket solve {number} nothing"):
        ana.types(line)
    return number


def _scored(place: Place, camera: Camera, posts: list[Json]) -> None:
    """Everybody scores both tickets; the window, with an error and with a draft, before the first does."""
    for who, rows in SCORES.items():
        person = place.person(who, QA)
        for post, given in zip(posts, rows, strict=True):
            _press(place, person, post, "Score…")
            first = who == SAM and post is posts[0]
            if first:
                camera.window(place.url, "window-calibration-score", person)
            values = dict(zip(DIMENSIONS, map(str, given), strict=True))
            answer = person.submits(**values, comment_accuracy="The answer named the wrong invoice.")
            assert answer["ok"], answer
            if first:
                _press(place, person, post, "Score…")
                camera.window(place.url, "window-calibration-score-again", person)
                place.work.slack.close(who, clear=True)
        if who == LENA:
            person.types("/calibrate status")
            camera.message(place.url, "calibrate-status", person)


def _results(place: Place, camera: Camera, head: Json) -> None:
    maya, slack = place.person(MAYA, QA), place.work.slack
    for number, message in enumerate(slack.messages(MAYA, QA, head["ts"])[1:], 1):
        camera.message(place.url, f"calibration-result-{number}", maya, thread=head["ts"], ts=message["ts"])
    for label, name in (("Agreed score…", "window-calibration-agreed"), ("Rubric note…", "window-calibration-note")):
        message = next(
            m for m in slack.messages(MAYA, QA, head["ts"]) if any(b["text"]["text"] == label for b in buttons(m))
        )
        _press(place, maya, message, label)
        camera.window(place.url, name, maya)
        slack.close(MAYA, clear=True)
    lena = place.direct(LENA)
    place.waits(lena, "how you score")
    camera.message(place.url, "calibration-told-alone", lena, "how you score")


def reviewed(place: Place, camera: Camera) -> None:
    """A review: its queue, its scorecard, what its reader sees alone, and the reply."""
    number = _solved(place, "A receipt was sent twice")
    place.person(ANA).types(f"/ticket csat {number} 1")
    sam = place.person(SAM, QA)
    for name, line in (("review-queue", "/review queue"), ("review-help", "/review help")):
        sam.types(line)
        camera.message(place.url, name, sam)
    sam.types(f"/review {number}")
    camera.window(place.url, "window-review", sam)
    points = dict(zip(DIMENSIONS, ("21", "22", "18", "12", "10"), strict=True))
    answer = sam.submits(**points, comment_accuracy="The cause was found at once.")
    assert answer["ok"], answer
    sam.waits_for("is saved")
    camera.message(place.url, "review-saved", sam, "is saved")
    ana = place.direct(ANA)
    told = place.waits(ana, "The review of your work")
    camera.message(place.url, "review-told", ana, ts=told["ts"])
    _press(place, ana, told, "Reply…")
    camera.window(place.url, "window-review-reply", ana)
    ana.submits(text="Thank you. The customer had written twice before.")
    reader = place.direct(SAM)
    place.waits(reader, "replied to the review")
    camera.message(place.url, "review-replied", reader, "replied to the review")
    sam.types(f"/review show {number}")
    camera.message(place.url, "review-show", sam)


def _press(place: Place, person: Person, message: Json, label: str) -> None:
    button = next(one for one in buttons(message) if one["text"]["text"] == label)
    place.presses(person, message, button["action_id"], block_id=button["block_id"], value=button.get("value", ""))
