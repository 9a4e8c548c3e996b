"""What the tests of the intake share: a workspace that knows its people and rules, and a helpdesk that speaks to it."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, select

from db import events, tickets, workspaces
from db.customers import customers
from db.session import reading, writing
from domain.priority import DEFAULT_RULES
from domain.taxonomy import CLASSIC
from domain.ticket import Change, Event, Ticket
from helpdesk import importer, inbox

WORKSPACE = "T0HELP"
MONDAY = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


def at(hours: float) -> str:
    """So many hours after Monday nine o'clock, as a helpdesk writes it."""
    return instant(hours).isoformat()


def instant(hours: float) -> datetime:
    """So many hours after Monday nine o'clock."""
    return MONDAY + timedelta(hours=hours)


@dataclass
class Helpdesk:
    """Speaks to one workspace of one database, and remembers what was announced."""

    engine: Engine
    now: datetime = MONDAY + timedelta(days=30)
    announced: list[int] = field(default_factory=list)
    refreshed: list[int] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)
    _ids: Any = field(default_factory=count)

    def __post_init__(self) -> None:
        with writing(self.engine) as connection:
            workspaces.remember(connection, WORKSPACE, "Help", self.now)

    def says(self, external_id: str = "Z1", event_id: str | None = None, **ticket: Any) -> int:
        """One event about a ticket; the number it is given."""
        return self.sends(
            {
                "event_id": event_id or f"ev-{next(self._ids)}",
                "type": "ticket.upsert",
                "ticket": {"external_id": external_id, **ticket},
            }
        )

    def sends(self, body: Any) -> int:
        """Any JSON body, or bytes as they are."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        with writing(self.engine) as connection:
            return inbox.receive(
                connection, WORKSPACE, "generic", raw, self.now, CLASSIC, DEFAULT_RULES,
                self._announce, self._refresh, self.people,
            )  # fmt: skip

    def _announce(self, connection: Connection, ticket: Ticket) -> None:
        self.announced.append(ticket.number)

    def _refresh(self, connection: Connection, ticket: Ticket) -> None:
        self.refreshed.append(ticket.number)

    def imports(self, path: Path, batch: int = importer.BATCH) -> importer.Report:
        """`rethrow import`."""
        return importer.run(self.engine, WORKSPACE, path, self.now, CLASSIC, DEFAULT_RULES, batch=batch)

    def person_changes(self, number: int, change: Change, person: str = "U0ANA") -> None:
        """Somebody changes the ticket in Slack."""
        with writing(self.engine) as connection:
            assert tickets.apply(connection, WORKSPACE, self.ticket(number), change, actor=person, at=self.now)

    def ticket(self, number: int = 1) -> Ticket:
        """A ticket as it is stored."""
        with reading(self.engine) as connection:
            found = tickets.find(connection, WORKSPACE, number)
        assert found is not None
        return found

    def trail(self, number: int = 1) -> list[Event]:
        """Its audit trail."""
        with reading(self.engine) as connection:
            return events.of_ticket(connection, WORKSPACE, number)

    def kinds(self, number: int = 1) -> list[str]:
        """The kinds of its trail, in the order in which things happened."""
        return [event.kind for event in self.trail(number)]

    def numbers(self) -> list[int]:
        """Every ticket number there is."""
        with reading(self.engine) as connection:
            wanted = select(tickets.tickets.c.number).order_by(tickets.tickets.c.number)
            return list(connection.scalars(wanted))

    def everything(self) -> dict[str, list[Any]]:
        """All rows of tickets, customers and trail, to be compared."""
        with reading(self.engine) as connection:
            return {
                table.name: [
                    {name: value for name, value in row._mapping.items() if name != "event_id"}
                    for row in connection.execute(select(table).order_by(*order))
                ]
                for table, order in (
                    (tickets.tickets, [tickets.tickets.c.number]),
                    (customers, [customers.c.customer_id]),
                    (events.events, [events.events.c.number, events.events.c.event_id]),
                )
            }
