"""Alembic's scripts; `db.schema` runs them."""
