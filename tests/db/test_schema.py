"""The migrations and the models say the same, on every kind of database."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from db import care, schema


def test_the_migrations_make_exactly_what_the_models_describe(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema.METADATA) == []


def test_a_migrated_database_is_current_and_migrating_again_changes_nothing(engine: Engine) -> None:
    schema.upgrade(engine)
    with engine.connect() as connection:
        assert schema.is_current(connection)


def test_every_table_leads_with_its_workspace() -> None:
    for name, table in schema.METADATA.tables.items():
        assert next(iter(table.columns)).name == "workspace_id", name


def test_of_every_table_it_is_said_what_it_holds_of_customers() -> None:
    """A new table gets its line in db/care.py: whose its rows are, and what is left of their words."""
    assert set(care.CARE) == set(schema.METADATA.tables)


def test_what_is_declared_of_a_table_names_columns_that_it_has() -> None:
    for table, declared in care.tables():
        named = {*declared.words, *([declared.ticket] if declared.of is care.Of.TICKET else [])}
        assert named <= set(table.c.keys()), table.name
