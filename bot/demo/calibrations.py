"""The demo's calibrations: two that are closed, with what reviewers gave and agreed on, and one that waits for a vote.

They are made by the bot's own functions on a clock that stands in the past, before the bot itself starts, and posted
at once: whoever opens the demo finds them in their place, as old as they are.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.calibrations import after, opening, sweep, voting
from bot.demo.neighbours import LocalSlack
from bot.demo.stage import Stage, stage
from bot.settings import Settings
from db import calibrations, session
from domain.calibration import Session, Vote
from domain.calibration_rules import State
from domain.calibration_words import Asked
from domain.scorecard import DIMENSIONS

LEAD = "U0MAYA"
SAM, LENA, JUN, TOBI = "U0SAM", "U0LENA", "U0JUN", "U0TOBI"
SEED = 11
# The share of the points that a ticket of its kind is worth, and by how much each reviewer is off, by dimension.
WORTH = {"poor": 0.66, "good": 0.9, "plain": 0.78}
LEANS: Mapping[str, Mapping[str, float]] = {
    SAM: {"communication": -0.04},
    LENA: {"accuracy": 0.02, "process": -0.08},
    JUN: {"accuracy": -0.1, "communication": 0.03},
    TOBI: {"going_above": 0.12, "communication": 0.05},
}
# One ticket of each is seen so differently that there is something to discuss, however the rest turns out.
CONTESTED: Mapping[str, Mapping[str, float]] = {
    JUN: {"accuracy": -0.4, "process": -0.25},
    TOBI: {"accuracy": 0.2},
}
AS_EVER: Mapping[str, float] = {}
SAID = {
    ("poor", JUN): ("accuracy", "The record they were told to add is the one that was there already."),
    ("poor", TOBI): ("going_above", "Offered to look at their other domains as well."),
    ("good", SAM): ("communication", "Every step in their words, and what happens next."),
    ("good", LENA): ("process", "Solved well, but the note says nothing of what was tried."),
}
NOTE = "A right answer that leaves out one of several records counts as partly right"


def seed(settings: Settings, slack: LocalSlack, now: datetime) -> None:
    """Make them in the demo's database, unless an earlier run did."""
    with stage(_Play, settings, slack, now, SEED) as here:
        with session.reading(here.house.engine) as connection:
            known = calibrations.opened(connection, here.workspace_id)
        if not known:
            here.play(now)


class _Play(Stage):
    """The reviewers play their parts."""

    def play(self, now: datetime) -> None:
        """A month ago reviewers differed widely; lately less; and one is open."""
        self._closed(now - timedelta(days=31), spread=0.17)
        latest = self._closed(now - timedelta(days=4), spread=0.06)
        self._agreed(latest)
        self.clock.instant = now - timedelta(hours=5)
        waiting = self._opened("2d")
        for person in (SAM, LENA):
            for item in waiting.items:
                self._votes(waiting, person, item.number, spread=0.05)
        self._votes(waiting, JUN, waiting.items[0].number, spread=0.05)
        self.deliver()

    def _opened(self, until: str) -> Session:
        opening.preview(self.desk(LEAD), Asked(until=until))
        with session.reading(self.house.engine) as connection:
            session_id = calibrations.newest(connection, self.workspace_id)
        opening.post(self.desk(LEAD), session_id)
        self.deliver()
        return self._now(session_id)

    def _now(self, session_id: int) -> Session:
        with session.reading(self.house.engine) as connection:
            found = calibrations.find(connection, self.workspace_id, session_id)
        assert found is not None
        return found

    def _closed(self, at: datetime, spread: float) -> Session:
        """Opened at `at`; all four vote, or what they can, and two days later it is over."""
        self.clock.instant = at
        opened = self._opened("2d")
        self.clock.instant = at + timedelta(hours=20)
        contested = next((one for one in opened.to_score(JUN) if one in opened.to_score(TOBI)), None)
        for person in opened.reviewers:
            for number in opened.to_score(person):
                self._votes(opened, person, number, spread, number == contested)
        if self._now(opened.session_id).state is State.OPEN:
            self.clock.instant = opened.until
            sweep.turn(self.house, self.workspace_id)
        self.deliver()
        return self._now(opened.session_id)

    def _votes(self, one: Session, person: str, number: int, spread: float, contested: bool = False) -> None:
        item = one.item(number)
        if item is None or number not in one.to_score(person):
            return
        apart = CONTESTED.get(person, AS_EVER) if contested else AS_EVER
        scores = {
            name: self._points(most, WORTH[item.kind] + LEANS[person].get(name, 0.0) + apart.get(name, 0.0), spread)
            for name, most in DIMENSIONS.items()
        }
        dimension, said = SAID.get((item.kind, person), ("", ""))
        comments = {dimension: said} if said and spread > 0.04 and self.random.random() < 0.5 else {}
        voting.submit(self.desk(person), one.session_id, Vote(number, person, scores, comments))

    def _points(self, most: int, worth: float, spread: float) -> int:
        return max(0, min(most, round(most * self.random.gauss(worth, spread))))

    def _agreed(self, one: Session) -> None:
        """What came of the discussion."""
        self.clock.instant = (one.ended_at or self.clock.instant) + timedelta(hours=2)
        item = one.items[0]
        scores = {name: round(most * WORTH[item.kind]) for name, most in DIMENSIONS.items()}
        after.agree(self.desk(LEAD), one.session_id, item.number, scores)
        after.note(self.desk(SAM), one.session_id, item.number, "accuracy", NOTE)
        self.deliver()
