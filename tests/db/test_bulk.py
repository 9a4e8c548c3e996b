"""What goes to the driver by itself fails as everything else does."""

import pytest
from sqlalchemy import Engine, Select, column, select, table
from sqlalchemy.exc import DBAPIError

from db import bulk, session


def test_a_question_that_the_driver_refuses_fails_as_sqlalchemys_do(engine: Engine) -> None:
    question: Select[tuple[object]] = select(column("a")).select_from(table("not_there"))
    with pytest.raises(DBAPIError, match="not_there") as caught, session.reading(engine) as connection:
        bulk.select(connection, question, {})
    assert caught.value.orig is not None
