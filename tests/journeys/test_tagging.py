"""Tagging as an agent does it: one line, a slip of the finger, a window, and the lead's report."""

from sqlalchemy import select

from db.events import events
from db.tickets import tickets
from tests.workplace import ANA, BEN, LEAD, Workplace, option


def stored(workplace: Workplace) -> list[tuple[str | None, ...]]:
    return [
        tuple(row) for row in workplace.query(select(tickets.c.category, tickets.c.area).order_by(tickets.c.number))
    ]


def test_a_slip_of_the_finger_is_asked_back_and_one_click_mends_the_whole_line(workplace: Workplace) -> None:
    ana = workplace.person(ANA)
    ana.types("/ticket new How do I rotate a key")
    assert "Did you mean *usability*?" in ana.types("/tag T-1 usabilty api")
    assert stored(workplace) == [(None, None)]
    ana.clicks_until("usability", "Category: none → *usability* · Area: none → *api*")
    assert stored(workplace) == [("usability", "api")]
    assert not any("Did you mean" in (message.get("text") or "") for message in ana.messages())


def test_nobody_else_sees_what_ana_tags(workplace: Workplace) -> None:
    workplace.person(ANA).types("/ticket new Slow")
    workplace.person(ANA).types("/tag T-1 reliability")
    assert workplace.person(BEN).messages() == []


def test_a_tag_is_undone_with_the_button_beside_it(workplace: Workplace) -> None:
    ana = workplace.person(ANA)
    ana.types("/ticket new Slow")
    ana.types("/tag T-1 reliability")
    ana.clicks_until("Undo", "Undone")
    assert stored(workplace) == [(None, None)]


def test_no_words_open_a_window_that_remembers_what_is_known(workplace: Workplace) -> None:
    ana = workplace.person(ANA)
    ana.types("/ticket new Slow")
    ana.types("/tag T-1 reliability api")
    assert ana.types("/tag T-1") == ""
    assert ana.submits(area=option("billing"), sentiment=option("negative"))["ok"]
    ana.waits_for("Area: api → *billing* · Sentiment: none → *negative*")
    assert stored(workplace) == [("reliability", "billing")]


def test_a_window_tells_when_somebody_was_faster(workplace: Workplace) -> None:
    ana, ben = workplace.person(ANA), workplace.person(BEN)
    ana.types("/ticket new Slow")
    ana.types("/tag T-1")
    ben.types("/tag T-1 abuse")
    ana.submits(category=option("reliability"))
    assert f"<@{BEN}> was faster" in str(ana.window()["blocks"])
    assert stored(workplace) == [("abuse", None)]


def test_the_words_unknown_lead_to_the_window(workplace: Workplace) -> None:
    ana = workplace.person(ANA)
    ana.types("/ticket new Slow")
    assert "is no category, area or other tag" in ana.types("/tag T-1 qqqq")
    ana.clicks("All choices…")
    ana.submits(category=option("deliverability"))
    ana.waits_for("none → *deliverability*")


def test_a_lead_reads_what_moved_and_turns_to_another_period(workplace: Workplace) -> None:
    ana, lead = workplace.person(ANA), workplace.person(LEAD)
    for subject, tag in [("a", "usability"), ("b", "usability"), ("c", "reliability api")]:
        ana.types(f"/ticket new {subject}")
        ana.types(f"/tag T-{'abc'.index(subject) + 1} {tag}")
    workplace.pass_time(days=31)
    for number in (4, 5):
        ana.types("/ticket new more")
        ana.types(f"/tag {number} reliability api")
    workplace.pass_time(minutes=1)
    said = lead.types("/tag report")
    assert "▲ *reliability* rose from 33 % to 100 % of all (1 → 2 tickets)" in said
    assert "▼ *usability* fell from 67 % to 0 % of all (2 → 0 tickets)" in said
    lead.clicks_until("90 days", "Why customers wrote: the last 90 days")
    assert "nothing before to compare with" in lead.reads()


def test_the_history_of_a_tag_stays(workplace: Workplace) -> None:
    ana, ben = workplace.person(ANA), workplace.person(BEN)
    ana.types("/ticket new Slow")
    ana.types("/tag T-1 reliability")
    ben.types("/tag T-1 usability")
    assert "Nothing changed" in ana.types("/tag T-1 usability")
    tagged = select(events.c.actor, events.c.fields).where(events.c.kind == "tagged")
    trail = workplace.query(tagged.order_by(events.c.event_id))
    assert [tuple(row) for row in trail] == [
        (ANA, {"category": [None, "reliability"]}),
        (BEN, {"category": ["reliability", "usability"]}),
    ]
