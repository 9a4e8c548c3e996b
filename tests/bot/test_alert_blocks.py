"""Alerts stay within Slack's limits and inject nothing, whatever customers and helpdesks write."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.blocks import alert_summaries, alerts
from bot.blocks.alert_summaries import Listed
from bot.blocks.alerts import Alerted
from bot.blocks.kit import MESSAGE_TEXT_MAX, Message
from bot.blocks.words import span
from domain.sla_clock import read
from domain.ticket import Priority, Ticket
from tests.domain.sla_story import at, created, resolution


def texts(part: object) -> list[str]:
    if isinstance(part, dict):
        own = [part["text"]] if isinstance(part.get("text"), str) else []
        return own + [text for value in part.values() for text in texts(value)]
    return [text for one in part for text in texts(one)] if isinstance(part, list | tuple) else []


def well_formed(message: Message) -> None:
    drawn = texts(message.blocks)
    assert len(message.blocks) <= 50
    assert sum(map(len, drawn)) <= MESSAGE_TEXT_MAX
    assert all(0 < len(text) <= 3000 for text in drawn)
    assert "<!channel>" not in message.text + "".join(drawn)


@given(st.text(), st.text(max_size=400), st.sampled_from(["mon 9:50", "mon 10:30", "tue 16:00"]))
def test_an_alert_about_any_ticket(subject: str, name: str, when: str) -> None:
    clock = resolution([created("mon 9:00")], P3=60)
    ticket = Ticket(
        7, f"<!channel> {subject}", customer_name=f"<!channel>{name}", priority=Priority.P1, url=f"https://x/{name}"
    )
    one = Alerted(ticket, clock, read(clock, at(when)), "breach", at("mon 10:00"), timedelta(minutes=3))
    for view in (one, replace(one, waived_by="U1", waived_why=subject), replace(one, taken_by="U1", cause="queue")):
        for message in (alerts.alert(view), alerts.why(view), alerts.reminder(view, nudge=False)):
            well_formed(message)


@given(st.integers(0, 5000), st.text(max_size=400))
def test_a_summary_of_any_length(how_many: int, subject: str) -> None:
    long = f"<!channel>{subject}" + "&" * 300
    ticket = Ticket(99_999, long, customer_name=long, customer_tier="enterprise")
    line = Listed(99_999, "first_response", 1, "P1", "U0123456789", at("mon 9:00"), "", None, ticket)
    well_formed(alert_summaries.summary([line] * how_many, "sup-"))
    well_formed(alert_summaries.still_open([99_999] * how_many, "sup-"))


def test_lengths_are_said_as_people_say_them() -> None:
    spoken = {40: "40 s", 60: "1 min", 720: "12 min", 3600: "1 h", 3900: "1 h 5 min", 180_000: "2 d 2 h", -5: "0 s"}
    assert {seconds: span(timedelta(seconds=seconds)) for seconds in spoken} == spoken
