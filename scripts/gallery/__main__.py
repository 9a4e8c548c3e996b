"""Take them all: `python -m scripts.gallery FOLDER [--dark] [--only ACT]`."""

import argparse
import sys
import tempfile
from pathlib import Path

import structlog

from scripts.gallery import answers, calibrations, failures, handoffs, promises, qa, reviews, tickets
from scripts.gallery.camera import Camera, looking
from scripts.gallery.place import opened


def quiet(folder: Path, camera: Camera) -> None:
    """A team with a handful of tickets."""
    with opened(folder, seeded=False) as place:
        tickets.commands(place, camera)
        tickets.windows(place, camera)
        tickets.announced(place, camera)
        tickets.home(place, camera)
        number = handoffs.offered(place, camera)
        handoffs.opened(place, camera, number)
        handoffs.answered(place, camera, number)
        handoffs.rest(place, camera)


def promised(folder: Path, camera: Camera) -> None:
    """A team whose promise breaks."""
    with opened(folder, seeded=False) as place:
        promises.alerts(place, camera)
        promises.board(place, camera)
        promises.waited(place, camera)
        promises.undelivered(place, camera)


def seeded(folder: Path, camera: Camera) -> None:
    """The demo's team with eight weeks of tickets."""
    with opened(folder, seeded=True, more=reviews.DAILY) as place:
        promises.storm(place, camera)
        reviews.reports(place, camera)
        reviews.claimed(place, camera)
        reviews.daily(place, camera)
        answers.handed_on(place)
        reviews.weekly(place, camera)
        answers.marked(place, camera)
        failures.plainer(place, camera)


def judged(folder: Path, camera: Camera) -> None:
    """A team that calibrates."""
    with opened(folder, seeded=False) as place:
        calibrations.played(place, camera)
        calibrations.reviewed(place, camera)
        answers.agreed(place, camera)
        answers.too_few(place, camera)
        answers.by_itself(place, camera)


def scored(folder: Path, camera: Camera) -> None:
    """A team whose work is reviewed."""
    with opened(folder, seeded=False) as place:
        qa.reviewed(place, camera)
        answers.revised(place, camera)


def answered(folder: Path, camera: Camera) -> None:
    """A team that presses buttons, forgets a case and a customer, and changes its taxonomy."""
    with opened(folder, seeded=False) as place:
        answers.alerts(place, camera)
        answers.quiet_case(place, camera)
        answers.forgotten(place, camera)
    (folder / "rethrow.db").unlink()
    with opened(folder, seeded=False) as place:
        answers.tagged(place, camera)
    with opened(folder, seeded=False, taxonomy="classic") as place:
        answers.retagged(place, camera)


def failed(folder: Path, camera: Camera) -> None:
    """A team for which things go wrong."""
    with opened(folder, seeded=False) as place:
        failures.refused(place, camera)
        failures.broken(place, camera)


ACTS = {
    "quiet": quiet, "promised": promised, "seeded": seeded, "judged": judged, "scored": scored,
    "answered": answered, "failed": failed,
}  # fmt: skip


def main() -> None:
    """Play the acts, take the pictures, say where they are and what looked wrong."""
    told = argparse.ArgumentParser(description=__doc__)
    told.add_argument("folder", type=Path, nargs="?")
    told.add_argument("--dark", action="store_true", help="as somebody whose machine is set to dark sees it")
    told.add_argument("--only", choices=ACTS)
    args = told.parse_args()
    folder: Path = args.folder or Path(tempfile.mkdtemp(prefix="rethrow-gallery-"))
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())  # the bot's log is not what is looked at
    folder.mkdir(parents=True, exist_ok=True)
    with looking(folder, args.dark) as camera:
        for name, act in ACTS.items():
            if args.only in (None, name):
                with tempfile.TemporaryDirectory() as work:
                    act(Path(work), camera)
    print(f"{len(camera.taken)} things, each at two widths: {folder / 'index.html'}")
    for line in dict.fromkeys(camera.wrong):
        print(f"  wrong: {line}")
    sys.exit(bool(camera.wrong))


if __name__ == "__main__":
    main()
