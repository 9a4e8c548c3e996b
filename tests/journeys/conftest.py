"""Who is around the workplace that the journeys take place in."""

import pytest

from tests.calibrating import Table
from tests.workplace import Workplace


@pytest.fixture
def table(workplace: Workplace) -> Table:
    """An agent, Ana; reviewers, Ben, Cleo, Dora and Eve; a lead: in a workplace whose `config` names them."""
    return Table(workplace)
