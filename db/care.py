"""What each table holds of customers, and what is left of it when that has to go.

`rethrow forget`, `rethrow export` and the retention of `[retention]` go by this declaration alone. A table that has no
line here fails a test: whoever adds one says what it holds.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, bindparam, case, or_, select, true, update
from sqlmodel import SQLModel

from db.calibrations import calibrations
from domain.calibration_rules import State

REMOVED = "(removed)"
# What a line of the audit trail says of a ticket without anybody's words in it. Statistics and clocks live on these.
FACTS = frozenset(
    {
        *("status", "priority", "priority_by", "priority_reason", "tier", "category", "subcategory", "area"),
        *("sentiment", "root_cause", "resolution_type", "spared", "assignee", "csat", "customer_replies"),
        *("agent_replies", "reopened", "follow_up_of", "announced", "customer_tier", "handoff", "target", "edition"),
        *("clock", "first_response_at", "solved_at", "closed_at", "created_at", "source_updated_at", "source"),
    }
)
HANDOFF_FACTS = frozenset({"tier", "earlier", "category", "area", "priority", "since", "used"})


# What a person's work was given is for them, the reviewer and the leads alone.
SCORES = frozenset({"points", "total", "comments", "text"})


class Of(Enum):
    """Whose the rows of a table are."""

    NOBODY = auto()  # nothing of a customer is in it
    CUSTOMER = auto()  # the customers themselves
    TICKET = auto()  # about one ticket each, whose number is in a column
    ANYWHERE = auto()  # customers' words may be in any row: answers and posts


@dataclass(frozen=True, slots=True)
class Care:
    """One table. `words` names the columns that hold what people wrote or who they are, and what is left there.

    A function there gets the old value and gives the new one. `kept_by` is the setting of `[retention]` after which
    those words go by themselves; what `goes_with_its_ticket` goes whole after the setting `rows`. `exported` narrows
    what an export may show, as a SQL condition on the table, and `hidden` names the columns that it never does.
    """

    of: Of = Of.NOBODY
    ticket: str = "number"
    words: Mapping[str, Any] = field(default_factory=dict)
    kept_by: str | None = None
    goes_with_its_ticket: bool = False
    exported: Callable[[Table], ColumnElement[bool]] = lambda table: true()
    hidden: frozenset[str] = frozenset()


def _facts_of_trail(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: pair if name in FACTS else [_left(value) for value in pair] for name, pair in fields.items()}


def _left(value: Any) -> Any:
    return value if value is None else [] if isinstance(value, list) else REMOVED


def _facts_of_handoff(facts: dict[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in facts.items() if name in HANDOFF_FACTS}
    return kept | {"customer": REMOVED, "arr": None}


def _each_removed(told: dict[str, Any] | None) -> dict[str, Any] | None:
    return told and dict.fromkeys(told, REMOVED)


def _of_closed(votes: Table) -> ColumnElement[bool]:
    """Votes are blind until the close, their order too: an export shows them after it alone."""
    closed = select(calibrations.c.session_id).where(
        calibrations.c.workspace_id == votes.c.workspace_id, calibrations.c.state == State.CLOSED.value
    )
    return votes.c.session_id.in_(closed)


CARE: Mapping[str, Care] = {
    "workspace": Care(),
    "customer": Care(Of.CUSTOMER),
    "ticket": Care(
        Of.TICKET,
        words={
            "subject": REMOVED, "body": REMOVED, "url": None, "external_id": None, "requester_email": None,
            "tags": lambda tags: [], "spared_url": None,
        },
        kept_by="tickets",
        goes_with_its_ticket=True,
    ),
    "ticket_event": Care(
        Of.TICKET, words={"fields": _facts_of_trail}, kept_by="events", goes_with_its_ticket=True
    ),
    "ticket_reopening": Care(Of.TICKET, goes_with_its_ticket=True),
    "received": Care(Of.ANYWHERE, kept_by="received"),
    "outbox": Care(Of.ANYWHERE, kept_by="outbox"),
    "slack_pace": Care(),
    "retention_mark": Care(),
    "sla_edition": Care(),
    "sla_clock": Care(Of.TICKET, words={"waived_why": REMOVED}, kept_by="clocks", goes_with_its_ticket=True),
    "sla_pause": Care(Of.TICKET, goes_with_its_ticket=True),
    "sla_alert": Care(Of.TICKET, goes_with_its_ticket=True),
    "handoff": Care(
        Of.TICKET,
        words={
            "summary": REMOVED, "needed": REMOVED, "expected": REMOVED, "urgent": REMOVED, "answer": REMOVED,
            "tried": lambda tried: [], "facts": _facts_of_handoff,
        },
        kept_by="handoffs",
        goes_with_its_ticket=True,
    ),
    "handoff_offer": Care(Of.TICKET, words={"why": REMOVED}, kept_by="handoffs", goes_with_its_ticket=True),
    "digest": Care(),
    "digest_claim": Care(),
    "calibration": Care(),
    "calibration_ticket": Care(Of.TICKET, hidden=frozenset({"signs"})),  # a review's total may be among them
    "calibration_event": Care(Of.TICKET, exported=_of_closed),
    "calibration_vote": Care(
        Of.TICKET,
        words={"draft": _each_removed, "comments": _each_removed},
        kept_by="calibrations",
        exported=_of_closed,
        hidden=frozenset({"draft"}),  # what was never submitted is nobody's but the reviewer's
    ),
    "review": Care(
        Of.TICKET,
        words={"comments": _each_removed},
        kept_by="reviews",
        hidden=SCORES,
    ),
    "review_reply": Care(Of.TICKET, words={"text": REMOVED}, kept_by="reviews", hidden=SCORES),
    "review_draft": Care(
        Of.TICKET,
        words={"typed": lambda typed: {}},
        kept_by="reviews",
        goes_with_its_ticket=True,
        hidden=frozenset({"typed"}),  # what was never submitted is nobody's but the reviewer's
    ),
    "review_draw": Care(),
    "review_share": Care(Of.TICKET),
    "rubric_note": Care(Of.TICKET, words={"text": REMOVED}, kept_by="calibrations"),
}  # fmt: skip


def tables() -> Sequence[tuple[Table, Care]]:
    """Every table with what is declared of it, what others refer to first."""
    return [(table, CARE[table.name]) for table in SQLModel.metadata.sorted_tables]


def about(table: Table, care: Care, workspace_id: str, numbers: Iterable[int]) -> ColumnElement[bool]:
    """The rows of a table about these tickets, as a condition."""
    return (table.c.workspace_id == workspace_id) & table.c[care.ticket].in_(numbers)


def remove_words(connection: Connection, table: Table, care: Care, where: ColumnElement[bool]) -> int:
    """Leave of the rows what is declared to be left; how many rows there were."""
    plain = {name: left for name, left in care.words.items() if not callable(left)}
    if plain:
        values = {name: _unless_empty(table, name, left) for name, left in plain.items()}
        connection.execute(update(table).where(where).values(values))
    made = {name: left for name, left in care.words.items() if callable(left)}
    return _rewrite(connection, table, made, where)


def _unless_empty(table: Table, name: str, left: Any) -> Any:
    column = table.c[name]
    return case((or_(column.is_(None), column == ""), column), else_=left) if left is not None else None


def _rewrite(connection: Connection, table: Table, made: Mapping[str, Any], where: ColumnElement[bool]) -> int:
    """Give the columns of each row new values, made of the old ones."""
    key = [table.c[name] for name in dict.fromkeys(("workspace_id", *(column.name for column in table.primary_key)))]
    rows = connection.execute(select(*key, *(table.c[name] for name in made)).where(where)).all()
    changes = [
        {f"key_{at}": row[at] for at in range(len(key))}
        | {f"now_{name}": make(getattr(row, name)) for name, make in made.items()}
        for row in rows
    ]
    if changes and made:
        this = [column == bindparam(f"key_{at}", type_=column.type) for at, column in enumerate(key)]
        values = {name: bindparam(f"now_{name}", type_=table.c[name].type) for name in made}
        connection.execute(update(table).where(*this).values(values), changes)
    return len(rows)
