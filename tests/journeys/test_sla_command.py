"""What `/sla` tells: the board, the sum behind a due time, the policy."""

import re

from tests.workplace import ANA, Workplace


def test_the_board_is_empty_while_every_promise_is_kept(workplace: Workplace) -> None:
    assert "on track" in workplace.person(ANA).types("/sla")


def test_a_broken_promise_is_on_the_board_and_in_the_list_until_it_is_fulfilled(workplace: Workplace) -> None:
    ana = workplace.person(ANA)
    ana.types("/ticket new P1 Reports do not load for Acme")
    workplace.pass_time(minutes=70)
    board = ana.types("/sla")
    assert "2 breached" in board  # pickup after 15 minutes, first response after an hour
    assert "First response" in board
    assert "10 min" in board
    assert "T-1" in ana.types("/ticket list breaching")
    ana.types("/ticket reply 1")
    assert "on track" in ana.types("/sla")
    assert "none" in ana.types("/ticket list breaching")


def test_a_clock_is_explained_with_numbers_that_add_up_to_the_second(workplace: Workplace) -> None:
    ana = workplace.person(ANA)
    ana.types("/ticket new P2 Charts are blurred")
    ana.types("/ticket open 1")
    workplace.pass_time(minutes=30)
    ana.types("/ticket pending 1")
    workplace.pass_time(hours=2)
    ana.types("/ticket open 1")
    workplace.pass_time(minutes=15)
    told = ana.types("/sla T-1")
    resolution = told[told.index("*Resolution*") :]
    used, left = re.findall(r"used ([^·]+) · left ([^\n]+)", resolution)[0]
    assert seconds(used) + seconds(left) == 24 * 3600
    assert 45 * 60 <= seconds(used) < 46 * 60
    assert "paused (pending)" in resolution
    assert "Policy P2, edition 1: 24h on `always`" in resolution


def test_the_policy_names_every_target(workplace: Workplace) -> None:
    policy = workplace.person(ANA).types("/sla policy")
    for told in ("P0", "15m", "8h", "3d", "always"):
        assert told in policy


def seconds(told: str) -> int:
    units = {"d": 86400, "h": 3600, "min": 60, "s": 1}
    return sum(int(number) * units[unit] for number, unit in re.findall(r"(\d+) (d|h|min|s)\b", told))
