"""The demo's reviews: last week's share of every reviewer, some of it done, and what an agent replied.

They are made by the bot's own functions on a clock that stands in the past, before the bot itself starts.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.demo.calibrations import JUN, LEANS, LENA, TOBI
from bot.demo.neighbours import LocalSlack
from bot.demo.stage import Stage, stage
from bot.reviews import looking, replying, scoring, shares
from bot.settings import Settings
from db import review_shares, session, tickets
from domain.digest_window import latest_weekly
from domain.review_plan import Reason, Share
from domain.scorecard import DIMENSIONS
from domain.ticket import Ticket

SEED = 7
DONE: Mapping[str, float] = {LENA: 0.5, JUN: 0.4, TOBI: 0.75}  # Sam has not begun
KINDLY = "You found the cause at once, and they never had to ask what comes next."
SAID: Mapping[str, Mapping[str, str]] = {
    "poor": {
        "communication": "The first answer thanks them and says nothing of what they asked.",
        "process": "Handed on without what was tried, so they had to tell it all again.",
    },
    "plain": {"going_above": "The guide is wrong there. A line to the docs team would spare the next ones."},
    "good": {"accuracy": KINDLY},
}
WORTH = {"poor": 0.62, "plain": 0.8, "good": 0.93}
REPLY = "Fair. The docs page was down that hour, so I wrote it from memory. I have added it to our snippets now."


def seed(settings: Settings, slack: LocalSlack, now: datetime) -> None:
    """Make them in the demo's database, unless an earlier run did."""
    drawn = latest_weekly(now, settings.qa.day, settings.qa.time, settings.qa_zone)
    with stage(_Play, settings, slack, drawn, SEED) as here:
        with session.reading(here.house.engine) as connection:
            known = review_shares.last_draw(connection, here.workspace_id)
        if known is None:
            here.play(now)


class _Play(Stage):
    """The reviewers play their parts."""

    def play(self, now: datetime) -> None:
        """The week is drawn; three reviewers have done some of their share; one agent has replied."""
        shares.draw(self.house, self.workspace_id, self.clock.instant)
        self.clock.instant = max(self.clock.instant, now - timedelta(hours=6))
        replied = False
        for reviewer, part in DONE.items():
            theirs = self._share(reviewer)
            for share, ticket in theirs[: max(1, round(part * len(theirs)))]:
                kind = self._review(reviewer, share, ticket)
                if kind == "plain" and not replied:
                    replying.send(self.desk(share.agent), share.number, REPLY)
                    replied = True

    def _share(self, reviewer: str) -> Sequence[tuple[Share, Ticket]]:
        with session.reading(self.house.engine) as connection:
            theirs = looking.open_of(connection, self.workspace_id, reviewer)
            found = tickets.numbered(connection, self.workspace_id, [share.number for share in theirs])
        named = {ticket.number: ticket for ticket in found}
        return [(share, named[share.number]) for share in theirs]

    def _review(self, reviewer: str, share: Share, ticket: Ticket) -> str:
        """What a reviewer gives a ticket, by how it went."""
        badly = Reason.BADLY_RATED in share.reasons
        kind = "poor" if badly else "good" if (ticket.csat or 0) > 4 else "plain"
        points = {
            name: self._points(most, WORTH[kind] + LEANS[reviewer].get(name, 0.0)) for name, most in DIMENSIONS.items()
        }
        scoring.submit(self.desk(reviewer), share.number, share.agent, points, SAID[kind])
        return kind

    def _points(self, most: int, worth: float) -> int:
        return max(0, min(most, round(most * self.random.gauss(worth, 0.05))))
