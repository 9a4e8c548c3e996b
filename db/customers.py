"""Customers: whose problems the tickets are."""

from typing import Any

from sqlalchemy import Connection, Index, insert, select, update
from sqlmodel import Field, SQLModel


class CustomerRow(SQLModel, table=True):
    """One customer of one workspace; `customer_id` is the helpdesk's, or the name in lower case."""

    __tablename__ = "customer"
    __table_args__ = (Index("customer_by_name", "workspace_id", "name", "customer_id"),)

    workspace_id: str = Field(primary_key=True)
    customer_id: str = Field(primary_key=True)
    name: str
    tier: str | None = None
    arr: float | None = None


customers = SQLModel.metadata.tables["customer"]


def of_name(name: str) -> str:
    """The id of a customer known by name alone: letters' case and outer blanks do not make another customer."""
    return " ".join(name.casefold().split())


def find(connection: Connection, workspace_id: str, customer_id: str) -> CustomerRow | None:
    """The customer, or None."""
    row = connection.execute(
        select(customers).where(customers.c.workspace_id == workspace_id, customers.c.customer_id == customer_id)
    ).first()
    return None if row is None else CustomerRow(**row._mapping)


def find_named(connection: Connection, workspace_id: str, name: str) -> CustomerRow | None:
    """The customer of that name, whatever id a helpdesk gave it, or None; of several the one with the first id."""
    same_name = select(customers).where(customers.c.workspace_id == workspace_id, customers.c.name == name.strip())
    row = connection.execute(same_name.order_by(customers.c.customer_id).limit(1)).first()
    return CustomerRow(**row._mapping) if row else find(connection, workspace_id, of_name(name))


def save(connection: Connection, workspace_id: str, customer_id: str, **known: Any) -> None:
    """Create or update the customer with what is `known` (name, tier, arr); what is None stays as it was.

    The caller holds the workspace, so that nobody else creates the same one.
    """
    said = {column: value for column, value in known.items() if value is not None}
    here = (customers.c.workspace_id == workspace_id, customers.c.customer_id == customer_id)
    if connection.execute(select(customers.c.name).where(*here)).first() is None:
        fresh = {"name": customer_id} | said
        connection.execute(insert(customers).values(workspace_id=workspace_id, customer_id=customer_id, **fresh))
    elif said:
        connection.execute(update(customers).where(*here).values(**said))
