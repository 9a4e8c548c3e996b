"""Thousands of slightly broken blocks: each is accepted or refused, none breaks anything."""

import copy
import json
import random
from typing import Any

import pytest
from sandbox_cast import asks, modal
from test_blocks import GOOD

from slack_sandbox.blockkit.surfaces import check_message_blocks, check_view, text_of
from slack_sandbox.posting import number_blocks
from slack_sandbox.state import client_errors, elements_of, initial, merged

JUNK: list[Any] = [
    None,
    0,
    -1,
    3.5,
    True,
    "",
    "x" * 4000,
    [],
    {},
    [None],
    {"type": "button"},
    [[]],
    "plain_text",
    {"a": []},
]


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container and key in a structure."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    found = [(value, key) for key in keys]
    return found + [place for key in keys for place in places(value[key])]


def mutate(block: Any, dice: random.Random) -> Any:
    """A copy with one to three things replaced, dropped, doubled or swapped for junk."""
    out = copy.deepcopy([block])
    for _ in range(dice.randint(1, 3)):
        holder, key = dice.choice(places(out))
        deed = dice.randrange(4)
        if deed == 0:
            holder[key] = copy.deepcopy(dice.choice(JUNK))
        elif deed == 1 and isinstance(holder, dict):
            del holder[key]
        elif deed == 2 and isinstance(holder[key], list):
            holder[key] = holder[key] * dice.choice([2, 30])
        else:
            holder[key] = copy.deepcopy(dice.choice(GOOD))
        if not places(out):
            break
    return out


@pytest.mark.parametrize("seed", range(20))
def test_broken_blocks_break_nothing(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(150):
        blocks = mutate(dice.choice(GOOD), dice)
        view = {**modal(asks("a", "b")), "blocks": blocks}
        assert all(json.dumps(p.said()) for p in check_view(view))
        if check_message_blocks(blocks) == []:
            number_blocks(blocks)
            values = merged(blocks, {}, initial(blocks))
            assert isinstance(client_errors(blocks, values), dict)
            assert isinstance(text_of(blocks), str)
            assert all("action_id" in element for _, element in elements_of(blocks))
