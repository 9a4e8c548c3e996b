"""Going through a table in the order of its numbers, from one row on."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, func, literal_column

# How likely it is that a row is beyond it, as far as SQLite is told.
_FEW: ColumnElement[float] = literal_column("0.00001")


def beyond(connection: Connection, number: ColumnElement[Any], last: int) -> ColumnElement[bool]:
    """That a row's number, the primary key, is above `last`; said so that no database looks at the rows up to it.

    SQLite would gather all rows of the workspace, through an index that begins with it, and sort them each time.
    """
    above: ColumnElement[bool] = number > last
    return func.likelihood(above, _FEW) if connection.dialect.name == "sqlite" else above
