"""The Home tab of the app."""

import json

from tests.waiting import wait_until
from tests.workplace import ANA, Workplace


def test_the_home_tab_shows_what_is_yours_and_what_waits(workplace: Workplace) -> None:
    ana = workplace.person(ANA)
    ana.types("/ticket new Invoices show the wrong sum for Acme")
    ana.types("/ticket new Nobody has this one yet")
    ana.types("/ticket take 1")
    workplace.slack.open_home(ANA)
    wait_until(lambda: workplace.slack.home(ANA), "the tab is drawn")
    shown = json.dumps(workplace.slack.home(ANA), ensure_ascii=False)
    assert "Invoices show the wrong sum" in shown
    assert "Nobody has this one yet" not in shown
    assert "*Unassigned*\\n1" in shown
    assert "/ticket" in shown
