"""Many spans measured at once agree with the arithmetic that measures one."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.business_hours import elapsed
from domain.calendars import ALWAYS, Calendar, Window
from domain.instants import to_micros
from domain.working_spans import working_micros

OFFICE = Calendar("office", "Europe/London", ((Window(540, 1020),),) * 5 + ((), ()))
NIGHT = Calendar("night", "America/New_York", ((Window(1320, 1800),),) * 7)
MINUTE = 60_000_000
BEGINS = datetime(2025, 10, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 425 * 86_400).map(lambda seconds: BEGINS + timedelta(seconds=seconds))


def test_a_night_between_two_office_days_is_not_worked() -> None:
    friday = datetime(2026, 3, 6, 16, 30, tzinfo=UTC)
    monday = datetime(2026, 3, 9, 9, 30, tzinfo=UTC)
    spans = [(to_micros(friday), to_micros(monday)), (to_micros(monday), to_micros(friday))]
    assert working_micros(OFFICE, spans) == [60 * MINUTE, 0]
    assert working_micros(ALWAYS, spans[:1]) == [65 * 60 * MINUTE]
    assert working_micros(OFFICE, []) == []


@given(st.lists(st.tuples(INSTANTS, INSTANTS).map(sorted), min_size=1, max_size=20), st.sampled_from([OFFICE, NIGHT]))
def test_it_is_what_each_span_measured_alone_holds(spans: list[list[datetime]], calendar: Calendar) -> None:
    asked = [(to_micros(start), to_micros(end)) for start, end in spans]
    alone = [elapsed(calendar, start, end) // timedelta(microseconds=1) for start, end in spans]
    assert working_micros(calendar, asked) == alone
