"""Windows that Slack does not show: what the person reads, and what is counted. None of it is a mistake of ours."""

import pytest

from bot.blocks import escalation_windows
from tests.bot.test_watching import figures
from tests.wire import Wire, mailbox
from tests.workplace import ANA, CONFIG, Workplace, buttons


@pytest.fixture
def config() -> str:
    return CONFIG.replace("[team]", 'escalations = "C0ESC"\n[team]')


def results(workplace: Workplace, kind: str, name: str) -> dict[str, float]:
    """How requests for this ended, as /metrics counts them."""
    start, end = f'rethrow_request_seconds_count{{kind="{kind}",name="{name}",result="', '"}'
    found = figures(workplace).items()
    return {key.removeprefix(start).removesuffix(end): count for key, count in found if key.startswith(start)}


@pytest.mark.parametrize("code", ["token_revoked", "invalid_auth"])
def test_whoever_asks_for_a_window_while_the_token_is_refused_is_told_so(workplace: Workplace, code: str) -> None:
    ana = workplace.person(ANA)
    ana.types("/ticket new P2 Receipts arrive late")
    ana.types("/ticket show T-1")
    workplace.slack.app(token_state=code)
    said = ana.types("/ticket new")
    assert said.startswith("Slack does not take my token at the moment, so the window did not open. Nothing changed")
    assert "whoever runs Rethrow" in said
    assert ana.clicks_until("Escalate…", "Slack does not take my token")
    assert results(workplace, "command", "ticket") == {"answered": 2, "unavailable": 1}
    assert results(workplace, "button", "ticket_escalate") == {"unavailable": 1}


@pytest.mark.parametrize(("kind", "more"), [("500", {}), ("429", {}), ("error", {"error": "internal_error"})])
def test_a_slack_that_cannot_show_a_window_is_said_to_be_at_fault(
    workplace: Workplace, kind: str, more: dict[str, str]
) -> None:
    workplace.slack.fault("views.open", kind, **more)
    said = workplace.person(ANA).types("/ticket new")
    assert said == "Slack did not open the window. Nothing changed: please try again in a moment."
    assert results(workplace, "command", "ticket") == {"unavailable": 1}


def test_a_connection_that_breaks_off_is_slacks_too(workplace: Workplace) -> None:
    workplace.slack.fault("views.open", "cut_before")
    assert workplace.person(ANA).types("/ticket new").startswith("Slack did not open the window.")
    assert results(workplace, "command", "ticket") == {"unavailable": 1}


def test_a_window_that_comes_too_late_is_no_mistake_either(workplace: Workplace) -> None:
    workplace.slack.fault("views.open", "error", error="expired_trigger_id")
    assert workplace.person(ANA).types("/ticket new").startswith("That took too long for Slack")
    assert results(workplace, "command", "ticket") == {"unavailable": 1}


def test_a_window_that_slack_finds_wrong_is_ours(workplace: Workplace) -> None:
    workplace.slack.fault("views.open", "error", error="invalid_arguments")
    assert "went wrong on our side" in workplace.person(ANA).types("/ticket new")
    assert results(workplace, "command", "ticket") == {"failed": 1}


def test_a_button_of_a_window_pressed_twice_at_once_is_no_failure(workplace: Workplace) -> None:
    ana = workplace.person(ANA)
    ana.types("/ticket new P2 Receipts arrive late")
    ana.types("/escalate T-1")
    window = ana.window()
    (add,) = (one for one in buttons(window) if one["action_id"] == escalation_windows.ADD)
    with mailbox() as box:
        for _ in range(2):
            pressed = Wire.of(workplace, box).click(
                add["action_id"], add["value"], view=window, container={"type": "view"}, response_url=None
            )
            assert pressed.status_code == 200
    assert results(workplace, "button", escalation_windows.ADD) == {"answered": 2}
    assert len([one for one in ana.window()["blocks"] if one["block_id"].startswith("action_")]) == 2
