"""What a helpdesk may say about a ticket: validated once, frozen, and every mistake named by its field."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from db import customers
from domain.plain_text import one_line
from domain.taxonomy import Taxonomy, split
from domain.ticket import Priority, Status

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
COUNT_MAX = 1_000_000


class BadBody(Exception):
    """A body that cannot be taken in: `field` names what is wrong (`ticket.customer.tier`), `problem` says how."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem = field, problem


def _moment(value: Any) -> datetime:
    """ISO 8601 with an offset, in UTC; raises ValueError for anything else."""
    try:
        instant = datetime.fromisoformat(value.upper()) if isinstance(value, str) else None
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise ValueError("should be ISO 8601 with an offset, as in 2026-03-27T16:30:00+00:00")
    if not EARLIEST <= instant < LATEST:
        raise ValueError(f"should be between {EARLIEST.year} and {LATEST.year}")
    return instant if instant.tzinfo is UTC else instant.astimezone(UTC)


def _without_nul(value: str) -> str:
    # A NUL cannot be stored by PostgreSQL and means nothing in a text.
    return value.replace("\0", "") if "\0" in value else value


Moment = Annotated[datetime, PlainValidator(_moment)]
Name = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")
]
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1_000), AfterValidator(one_line)]
Prose = Annotated[str, StringConstraints(max_length=100_000), AfterValidator(_without_nul)]
Link = Annotated[str, StringConstraints(max_length=2_000, pattern=r"^https?://[^\s<>|\x00-\x1f]+$")]
Email = Annotated[str, StringConstraints(max_length=320, pattern=r"^[^\s@<>|\x00-\x1f]+@[^\s@<>|\x00-\x1f]+$")]
Tags = Annotated[list[Name], Field(max_length=100)]
Count = Annotated[int, Field(ge=0, le=COUNT_MAX)]
FROZEN = ConfigDict(frozen=True, strict=True, extra="ignore")


class SaidCustomer(BaseModel):
    """The customer as the helpdesk knows them; ARR in the team's own currency."""

    model_config = FROZEN

    external_id: Name | None = None
    name: Name | None = None
    tier: Literal["free", "pro", "business", "enterprise"] | None = None
    arr: Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)] | None = None


class SaidTicket(BaseModel):
    """A ticket as the helpdesk tells it. What is absent or null says nothing: it leaves things as they are."""

    model_config = FROZEN

    external_id: Name
    subject: Line | None = None
    body: Prose | None = None
    url: Link | None = None
    priority: Priority | None = None
    status: Status | None = None
    customer: SaidCustomer | None = None
    requester_email: Email | None = None
    assignee_email: Email | None = None
    tags: Tags | None = None
    category: Name | None = None
    area: Name | None = None
    created_at: Moment | None = None
    first_response_at: Moment | None = None
    solved_at: Moment | None = None
    closed_at: Moment | None = None
    updated_at: Moment | None = None
    csat: Annotated[int, Field(ge=1, le=5)] | None = None
    customer_replies: Count | None = None
    agent_replies: Count | None = None


class TicketEvent(BaseModel):
    """One delivery of a helpdesk."""

    model_config = FROZEN

    event_id: Name
    type: Literal["ticket.upsert"]
    ticket: SaidTicket


_TAGS = TypeAdapter(Tags)


def event_of(body: bytes) -> TicketEvent:
    """The event in a JSON body; raises BadBody."""
    try:
        return TicketEvent.model_validate_json(body)
    except ValidationError as wrong:
        raise bad_body(wrong) from None


def ticket_of(line: bytes) -> SaidTicket:
    """The ticket in a JSON line; raises BadBody."""
    try:
        return SaidTicket.model_validate_json(line)
    except ValidationError as wrong:
        raise bad_body(wrong) from None


def ticket_of_strings(cells: dict[str, Any], tags: list[str] | None) -> SaidTicket:
    """The ticket in a row of strings, nested as the JSON would be; its tags apart. Raises BadBody."""
    try:
        said = SaidTicket.model_validate_strings(cells, strict=False)
        return said if tags is None else said.model_copy(update={"tags": _TAGS.validate_python(tags)})
    except ValidationError as wrong:
        raise bad_body(wrong) from None


def bad_body(wrong: ValidationError) -> BadBody:
    """The first mistake, by its field; what was found there is not repeated, as it may be personal."""
    first = wrong.errors(include_url=False, include_input=False, include_context=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or "body"
    return BadBody(field, _problem(field.rpartition(".")[2], first["type"], first["msg"]))


def _problem(name: str, kind: str, message: str) -> str:
    """What is wrong, in words: a pattern says little to who has to mend it."""
    if kind != "string_pattern_mismatch":
        return message.removeprefix("Value error, ")
    if name == "url":
        return "should be an address that starts with https:// or http://, without spaces or any of < > |"
    return "should be a mail address" if name.endswith("_email") else "should be one line without control characters"


def placed(said: SaidTicket, taxonomy: Taxonomy, prefix: str = "") -> tuple[str | None, str | None]:
    """The category and subcategory meant by `product` or `product/bug`, by today's names; raises BadBody."""
    if said.category is None:
        return None, None
    category, subcategory = taxonomy.current(*split(said.category))
    if not taxonomy.has(category, subcategory):
        raise BadBody(f"{prefix}category", f"is not one of {', '.join(taxonomy.paths())}")
    return category, subcategory


def customer_id_of(said: SaidTicket, prefix: str = "") -> str | None:
    """The customer's id: the helpdesk's, or their name in lower case; raises BadBody where there is neither."""
    customer = said.customer
    if customer is None:
        return None
    if customer.external_id is None and customer.name is None:
        raise BadBody(f"{prefix}customer.external_id", "or customer.name is needed to tell whose ticket it is")
    return customer.external_id or customers.of_name(customer.name or "")
