"""A helpdesk for the tests of the intake, on a database of each kind."""

import pytest
from sqlalchemy import Engine

from tests.helpdesk.desk import Helpdesk


@pytest.fixture
def desk(engine: Engine) -> Helpdesk:
    """A helpdesk that speaks to a workspace without a ticket."""
    return Helpdesk(engine)
