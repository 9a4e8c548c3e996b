"""A house with promises for tests: desks on a clock moved by hand, on Monday morning in London hours or any other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Engine

from bot import drawing, promises
from bot.desk import Desk, House
from bot.settings import Settings
from bot.settings_sections import ConfigFile
from db import alerts, clocks, outbox, session, tickets, workspaces
from db.alerts import StoredAlert
from db.clocks import StoredClock
from domain import ticket
from domain.ticket import Change, Priority, Status, Ticket
from tests.clock import MovableClock
from tests.domain.sla_story import at

WORKSPACE = "T0SLA"
ANA, BEN, LEAD, DUTY = "U0ANA", "U0BEN", "U0LEAD", "S0DUTY"
OFFICE: dict[str, Any] = {
    "channels": {"alerts": "C0ALERTS", "leads": "C0LEADS"},
    "team": {"leads": [LEAD], "on_duty": DUTY},
    "calendars": {
        "office": {
            "timezone": "Europe/London",
            "hours": {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
        }
    },
    "sla": {"calendar": "office", "P2": {"first_response": "60m", "resolution": "4h", "pickup": "10h"}},
}


def settings(**sections: Any) -> Settings:
    """OFFICE, with whole sections replaced."""
    return Settings(
        bot_token=SecretStr("xoxb-x"), file=ConfigFile.model_validate(OFFICE | sections), file_name="rethrow.toml"
    )


@dataclass
class Team:
    """People at their desks, and a clock; times are written as in the published cases (`mon 9:30`, London)."""

    house: House
    clock: MovableClock

    @classmethod
    def at(cls, engine: Engine, when: str, configured: Settings | None = None) -> "Team":
        """A team that starts at an instant."""
        clock = MovableClock(at(when))
        team = cls(House(engine, configured or settings(), clock), clock)
        with session.writing(engine) as connection:
            workspaces.remember(connection, WORKSPACE, "SLA", clock.now())
            promises.remember(connection, WORKSPACE, team.house.settings, clock.now())
        return team

    def restarted(self, configured: Settings) -> "Team":
        """The same team after a restart with another config."""
        with session.writing(self.house.engine) as connection:
            promises.remember(connection, WORKSPACE, configured, self.clock.now())
        return Team(House(self.house.engine, configured, self.clock), self.clock)

    def desk(self, person: str = ANA) -> Desk:
        """Somebody's desk."""
        return Desk(self.house, WORKSPACE, person)

    def opens(self, when: str, priority: str = "P2", **values: Any) -> int:
        """A ticket comes in; its number."""
        self.clock.set(at(when))
        now = self.clock.now()
        known = {"subject": "Export is empty", "status": Status.NEW, "priority": Priority(priority)} | values
        with session.writing(self.house.engine) as connection:
            made = tickets.create(connection, WORKSPACE, known, actor=ANA, at=now, now=now)
            self.house.keeper.keep(connection, WORKSPACE, [made], now)
        return made.number

    def does(self, when: str, number: int, change: Any, person: str = ANA, **told: Any) -> Ticket:
        """Somebody changes a ticket: `change` is a Change, or made of (ticket, …) by a rule of `domain.ticket`."""
        self.clock.set(at(when))
        desk, now = self.desk(person), self.clock.now()
        with desk.writing() as connection:
            found = desk.ticket(connection, f"T-{number}")
            meant = change if isinstance(change, Change) else change(found)
            return desk.change(connection, found, meant, now, **told)

    def replies(self, when: str, number: int, person: str = ANA) -> Ticket:
        """Somebody answers the customer."""
        return self.does(when, number, lambda found: ticket.reply(found, person, at(when)), person)

    def moves(self, when: str, number: int, to: Status) -> Ticket:
        """Somebody moves a ticket."""
        return self.does(when, number, lambda found: Change(to.value, {"status": to, **_stamp(to, at(when))}))

    def clocks(self, number: int) -> dict[str, StoredClock]:
        """A ticket's clocks as stored, the latest cycle of each metric."""
        with session.reading(self.house.engine) as connection:
            return {one.metric: one for one in clocks.of_tickets(connection, WORKSPACE, [number])}

    def told(self, number: int) -> list[StoredAlert]:
        """What was told about a ticket."""
        with session.reading(self.house.engine) as connection:
            return alerts.of_tickets(connection, WORKSPACE, [number])

    def owed(self) -> Sequence[Any]:
        """What is owed to Slack, in order; what is drawn when it is sent, as it would be drawn now."""
        with session.reading(self.house.engine) as connection:
            rows = [dict(row) for row in outbox.unsettled(connection, WORKSPACE, 1000)]
            for row in rows:
                if name := outbox.drawn_by(row["payload"]):
                    row["payload"] = drawing.draw(
                        self.house.settings, connection, WORKSPACE, name, row["edits"] or row["key"]
                    )
            return rows

    def posts(self) -> list[str]:
        """The texts of the posts owed to the alerts channel itself."""
        return [
            str(row["payload"]["text"])
            for row in self.owed()
            if row["channel"] == "C0ALERTS" and row["reply_to"] is None
        ]


def _stamp(to: Status, now: datetime) -> dict[str, Any]:
    return {"solved_at": now} if to is Status.SOLVED else {}
