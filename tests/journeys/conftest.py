"""Who is around the workplace that the journeys take place in."""

from datetime import UTC, datetime

import pytest

from tests.calibrating import Table
from tests.clock import MovableClock
from tests.workplace import Workplace


@pytest.fixture
def table(workplace: Workplace) -> Table:
    """An agent, Ana; reviewers, Ben, Cleo, Dora and Eve; a lead: in a workplace whose `config` names them."""
    return Table(workplace)


@pytest.fixture
def clock() -> MovableClock:
    """A Wednesday at noon, whenever the tests are run: what comes due by the week or by the month is far off."""
    return MovableClock(datetime(2026, 3, 11, 12, tzinfo=UTC))
