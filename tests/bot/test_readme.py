"""The README tells of every command there is."""

from pathlib import Path

import click
import pytest

from bot.cli import rethrow
from bot.listeners import COMMANDS

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def programs(group: click.Group, before: str = "rethrow") -> list[str]:
    found = []
    for name, command in group.commands.items():
        whole = f"{before} {name}"
        if not isinstance(command, click.Group) or command.invoke_without_command:
            found.append(whole)
        if isinstance(command, click.Group):
            found += programs(command, whole)
    return found


@pytest.mark.parametrize("word", COMMANDS)
def test_every_slash_command_has_its_table(word: str) -> None:
    assert f"### `/{word}`" in README


@pytest.mark.parametrize("command", programs(rethrow))
def test_every_command_of_the_machine_is_named(command: str) -> None:
    assert f"`{command}" in README
