"""The weekly review: on Monday morning it is there, once; a lead reads it, claims what can be done, and may post it."""

from datetime import timedelta

from bot.digests.posting import sweep
from db.workspaces import workspaces
from tests.waiting import wait_until
from tests.workplace import ANA, LEAD, LEADS, TEAM, Json, Workplace, all_text, buttons


def a_week_of_work(workplace: Workplace) -> None:
    ana = workplace.person(ANA)
    ana.types("/ticket new P2 The export is slow for Acme")
    ana.types("/tag T-1 usability api")
    ana.types("/ticket reply 1")
    ana.types("/ticket solve 1 nothing")
    ana.types("/ticket new P3 How do I invite a colleague")


def monday(workplace: Workplace, **later: float) -> None:
    now = workplace.clock.now()
    at = (now - timedelta(days=now.weekday())).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=7)
    workplace.pass_time(seconds=(at + timedelta(**later) - now).total_seconds())


def heads(workplace: Workplace) -> list[str]:
    return [m["text"] for m in workplace.slack.messages(LEAD, LEADS) if "Weekly review" in m["text"]]


def test_on_monday_it_is_posted_once_with_its_parts_in_the_thread(workplace: Workplace) -> None:
    a_week_of_work(workplace)
    monday(workplace)
    lead = workplace.person(LEAD, LEADS)
    for _ in range(3):
        sweep(workplace.bot.house, TEAM)
    text = lead.waits_for("Weekly review")
    assert "*2* new" in text
    assert "*1* solved" in text
    workplace.clock.move(minutes=5)
    sweep(workplace.bot.house, TEAM)
    assert len(heads(workplace)) == 1
    (post,) = [m for m in workplace.slack.messages(LEAD, LEADS) if "Weekly review" in m["text"]]
    parts: list[Json] = []

    def are_all_there() -> bool:
        workplace.pass_time(seconds=2)  # a message a second and channel
        parts[:] = workplace.slack.messages(LEAD, LEADS, thread_ts=post["ts"])
        return len(parts) >= 6

    wait_until(are_all_there, "all parts are posted")
    kinds = {block["type"] for part in parts for block in part["blocks"]}
    assert "data_visualization" in kinds
    assert any("Team health" in part["text"] for part in parts)


def test_after_two_days_of_downtime_the_latest_is_posted_late(workplace: Workplace) -> None:
    a_week_of_work(workplace)
    monday(workplace, days=16)
    sweep(workplace.bot.house, TEAM)
    assert "Late by" in workplace.person(LEAD, LEADS).waits_for("Late by")
    assert sweep(workplace.bot.house, TEAM) == 0
    assert len(heads(workplace)) == 1


def test_what_was_due_before_the_bot_came_is_not_posted(workplace: Workplace) -> None:
    assert sweep(workplace.bot.house, TEAM) == 0
    assert workplace.query(workspaces.select())


def test_a_preview_is_for_its_reader_and_posting_is_for_leads(workplace: Workplace) -> None:
    a_week_of_work(workplace)
    week = workplace.clock.now().strftime("%G-W%V")
    ana, lead = workplace.person(ANA), workplace.person(LEAD, LEADS)
    told = ana.types(f"/digest weekly {week}")
    assert "*2* new" in told
    assert "Team health" in told
    assert heads(workplace) == []
    assert "lead" in ana.types("/digest weekly post")
    assert "on its way" in lead.types(f"/digest weekly post {week}")
    assert "*2* new" in lead.waits_for(f"Weekly review {week}")
    assert "posted already" in lead.types(f"/digest weekly post {week}")
    assert "next" in ana.types("/digest schedule")
    assert "is not a week" in ana.types("/digest weekly 2026-W99")
    assert "weekly post" in ana.types("/digest help")


def test_a_quick_win_is_claimed_once_and_asked_after_next_week(workplace: Workplace) -> None:
    ana, lead = workplace.person(ANA), workplace.person(LEAD)
    for number in range(1, 4):
        ana.types(f"/ticket new P3 Dark mode please for Customer{number}")
        ana.types(f"/tag T-{number} functional dashboard")
    week = workplace.clock.now().strftime("%G-W%V")
    assert "3 customers asked for the same" in ana.types(f"/digest weekly {week}")
    ana.clicks_until("Claim", "It is yours")
    lead.types(f"/digest weekly {week}")
    lead.clicks_until("Claim", "has claimed that already")
    following = (workplace.clock.now() + timedelta(days=7)).strftime("%G-W%V")
    workplace.pass_time(days=7)
    assert "not done yet, with" in ana.types(f"/digest weekly {following}")


def test_the_post_shows_who_claimed_and_who_finished(workplace: Workplace) -> None:
    a_week_of_work(workplace)
    ana, lead = workplace.person(ANA), workplace.person(LEAD, LEADS)
    for number in range(3, 6):
        ana.types(f"/ticket new P3 Dark mode please for Customer{number}")
        ana.types(f"/tag T-{number} functional dashboard")
    week = workplace.clock.now().strftime("%G-W%V")
    lead.types(f"/digest weekly post {week}")
    lead.waits_for(f"Weekly review {week}")
    post = next(m for m in workplace.slack.messages(LEAD, LEADS) if m["text"].startswith("Weekly review"))
    part = in_thread(workplace, post, "Quick wins")
    press(workplace, part, "Claim")
    press(workplace, in_thread(workplace, post, f"Claimed by <@{LEAD}>"), "Done")
    assert in_thread(workplace, post, f"Done by <@{LEAD}>")


def press(workplace: Workplace, message: Json, label: str) -> None:
    button = next(one for one in buttons(message) if one["text"]["text"] == label)
    chosen = {"block_id": button["block_id"], "value": button["value"]}
    assert workplace.slack.click(LEAD, {**message, "channel": LEADS}, button["action_id"], **chosen)["ok"]


def in_thread(workplace: Workplace, post: Json, text: str) -> Json:
    """The message of the thread that says so, once it is there."""
    found: list[Json] = []

    def is_there() -> bool:
        workplace.pass_time(seconds=2)  # a message a second and channel
        found[:] = [m for m in workplace.slack.messages(LEAD, LEADS, thread_ts=post["ts"]) if text in all_text(m)]
        return bool(found)

    wait_until(is_there, f"the thread says {text!r}")
    return found[-1]


def test_a_past_week_marks_what_was_heard_of_since_it_was_posted(workplace: Workplace) -> None:
    a_week_of_work(workplace)
    week = workplace.clock.now().strftime("%G-W%V")
    workplace.person(LEAD, LEADS).types(f"/digest weekly post {week}")
    ana = workplace.person(ANA)
    assert "Heard of since" not in ana.types(f"/digest weekly {week}")
    created = workplace.clock.now() - timedelta(minutes=5)
    late = {"external_id": "HD-late", "subject": "Came in by mail", "created_at": created.isoformat()}
    assert workplace.ingest(late, "late-1").status_code == 200
    told = ana.types(f"/digest weekly {week}")
    assert "Heard of since it was posted: new 2 → 3" in told
