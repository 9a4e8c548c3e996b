"""A bot that is asked to stop finishes what it has begun, and leaves the rest for the next start."""

from pathlib import Path

from tests.bots import Town, town, wait_until
from tests.workplace import ALERTS, ANA, CONFIG, all_text

POST = "chat.postMessage"


def urgent(number: int) -> dict[str, str]:
    """A ticket that is announced."""
    return {"external_id": f"HD-{number}", "subject": f"Nobody can log in, case {number}", "priority": "P1"}


def announced(here: Town) -> list[str]:
    return [all_text(one) for one in here.slack.messages(ANA, ALERTS) if "Nobody can log in" in all_text(one)]


def test_the_post_at_hand_is_finished_and_the_rest_goes_out_at_the_next_start(
    slack_url: str, tmp_path: Path, database_url: str
) -> None:
    with town(slack_url, tmp_path, database_url, CONFIG) as here:
        bot = here.bot().start()
        here.slack.fault(POST, "slow", seconds=2, times=3)
        for number in range(3):
            assert bot.hears(urgent(number), f"e{number}")
        wait_until(lambda: any(one.get("method") == POST for one in here.slack.log()), "the first post is under way")
        bot.process.terminate()
        bot.process.join(30)
        assert bot.process.exitcode in (0, -15), bot.last_words()
        told = announced(here)
        assert len(told) >= 1, bot.last_words()
        assert "claim_lapsed" not in bot.last_words()
        here.slack.clear_faults()
        bot.start()
        wait_until(lambda: len(announced(here)) == 3, "all three are announced", 60, bot.last_words)
        assert "claim_lapsed" not in bot.last_words()
        assert len(set(announced(here))) == 3
