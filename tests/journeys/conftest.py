"""Who is around the workplace that the journeys take place in."""

import pytest

from tests.calibrating import Table
from tests.clock import WEDNESDAY_NOON, MovableClock
from tests.workplace import Workplace


@pytest.fixture
def table(workplace: Workplace) -> Table:
    """An agent, Ana; reviewers, Ben, Cleo, Dora and Eve; a lead: in a workplace whose `config` names them."""
    return Table(workplace)


@pytest.fixture
def clock() -> MovableClock:
    """It starts on a Wednesday at noon."""
    return MovableClock(WEDNESDAY_NOON)
