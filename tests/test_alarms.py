"""deploy/alarms.yml goes by what a running bot tells, is tried by deploy/alarms_test.yml, and explained in the docs.

What the rules do with these figures is `make alarms`, which needs Prometheus' own tool.
"""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import yaml

from bot.schedule import timetable
from bot.watching import MUST_TURN
from db.outbox import State
from tests.waiting import PATIENCE_S
from tests.workplace import ANA, Workplace

ROOT = Path(__file__).resolve().parent.parent
OPERATIONS = (ROOT / "docs" / "OPERATIONS.md").read_text(encoding="utf-8")
LABEL = re.compile(r'(\w+)(=~|!~|=)"([^"]+)"')
NOT_OURS = {"up"}


def read(name: str) -> Any:
    """A file of deploy/, as YAML."""
    return yaml.safe_load((ROOT / "deploy" / name).read_text(encoding="utf-8"))


def rules() -> dict[str, dict[str, Any]]:
    """The alarms by name."""
    (group,) = read("alarms.yml")["groups"]
    return {rule["alert"]: rule for rule in group["rules"]}


def values(label: str) -> set[str]:
    """What the rules' expressions say that this label may be."""
    found = [LABEL.findall(rule["expr"]) for rule in rules().values()]
    return {one for labels in found for name, _, said in labels if name == label for one in said.split("|")}


def test_each_alarm_says_how_urgent_it_is_and_is_explained() -> None:
    for name, rule in rules().items():
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["summary"]
        assert f"| {name} |" in OPERATIONS
    assert set(re.findall(r"^\| (Rethrow\w+) \|", OPERATIONS, re.MULTILINE)) == set(rules())


def test_each_alarm_is_tried_as_it_comes_and_as_it_does_not() -> None:
    tries = [one for test in read("alarms_test.yml")["tests"] for one in test.get("alert_rule_test", ())]
    for name, rule in rules().items():
        expected = [bool(one["exp_alerts"]) for one in tries if one["alertname"] == name]
        assert True in expected, name
        assert False in expected or "for" not in rule, name


def test_each_alarm_goes_by_figures_that_a_running_bot_tells(workplace: Workplace) -> None:
    workplace.person(ANA).types("/ticket new P2 The export is slow")
    told = httpx.get(f"{workplace.address}/metrics", timeout=PATIENCE_S).text
    # What has no value yet is announced by its type.
    there = set(re.findall(r"^(?:# TYPE )?(rethrow_\w+)(?:\{| )", told, re.MULTILINE))
    for name, rule in rules().items():
        used = set(re.findall(r"\b(?:up|rethrow_\w+)\b", LABEL.sub("", rule["expr"])))
        assert used, name
        assert used <= there | NOT_OURS, name


def test_the_states_that_alarms_go_by_are_those_that_there_are(workplace: Workplace) -> None:
    told = httpx.get(f"{workplace.address}/metrics", timeout=PATIENCE_S).text
    clocks = set(re.findall(r'^rethrow_clocks\{state="(\w+)"\}', told, re.MULTILINE))
    assert values("state") <= clocks | {state.value for state in State}


def test_every_tick_that_stands_still_is_told_by_some_alarm(workplace: Workplace) -> None:
    ticks = {tick.name: tick.every for tick in timetable(workplace.bot.house, workplace.bot.delivery)}
    assert values("tick") <= set(ticks) | {"delivery"}
    assert f'tick=~"{"|".join(MUST_TURN)}"' in rules()["RethrowStandsStill"]["expr"]
    (others,) = re.findall(r'tick!~"([^"]+)"\} > (\d+)', rules()["RethrowTickFails"]["expr"])
    seldom = set(others[0].split("|")) - set(MUST_TURN)
    assert {name for name, every in ticks.items() if 2 * every > timedelta(seconds=int(others[1]))} == seldom
    for name in seldom:
        assert f'{{tick="{name}"}}' in rules()["RethrowTickFails"]["expr"]
