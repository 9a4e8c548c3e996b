"""A real browser on the local Slack's page: one for all these tests, a fresh window for each."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, Page, Request, ViewportSize, expect, sync_playwright

from bot.manifest import COMMANDS
from slack_sandbox.server import Handle, start_in_thread
from tests.browser.forms import plain
from tests.browser.screen import Screen
from tests.clock import MovableClock
from tests.workplace import ANA, Json, Workplace, opened

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
USUAL: ViewportSize = {"width": 1280, "height": 800}
WAIT_MS = 30_000
MISSING = "no browser found: install Debian's chromium, or name one in RETHROW_CHROMIUM"


def browser_path() -> str | None:
    """The browser that RETHROW_CHROMIUM names, else the first that is installed."""
    named = os.environ.get("RETHROW_CHROMIUM")
    return named or next((path for path in map(shutil.which, NAMES) if path), None)


def left_out() -> bool:
    """Whether these tests cannot run here. In CI they have to: there a missing browser is an error."""
    return browser_path() is None and os.environ.get("CI", "").lower() not in ("1", "true")


collect_ignore_glob = ["test_*.py"] if left_out() else []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line that the browser tests were left out."""
    if left_out():
        terminalreporter.write_line(f"tests/browser left out: {MISSING}", yellow=True)


# Not longer than this folder: while Playwright's synchronous side is open, its thread cannot run another event loop.
@pytest.fixture(scope="package")
def tab() -> Iterator[Page]:
    """The browser, headless, with one tab: to load the page anew in it takes a third of what a new tab takes."""
    path = browser_path()
    assert path, MISSING
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        opened_tab = running.new_context(viewport=USUAL, locale="en-GB").new_page()
        opened_tab.set_default_timeout(WAIT_MS)
        yield opened_tab
        running.close()


@pytest.fixture(scope="package")
def local_slack() -> Iterator[Handle]:
    """A local Slack, emptied before each test."""
    handle = start_in_thread()
    yield handle
    handle.stop()


@pytest.fixture
def workplace(local_slack: Handle, tmp_path: Path, sqlite_url: str, clock: MovableClock) -> Iterator[Workplace]:
    """The bot at work, its commands described as its manifest does."""
    with opened(local_slack.url, tmp_path, sqlite_url, clock) as at_work:
        described = [
            {"command": f"/{word}", "description": COMMANDS[word][0], "usage_hint": COMMANDS[word][1]}
            for word in ("ticket", "tag")
        ]
        at_work.slack.app(commands=described)
        yield at_work


@pytest.fixture
def went_wrong(tab: Page, local_slack: Handle) -> Iterator[list[str]]:
    """Scripts that failed and addresses elsewhere that something was fetched from."""
    wrong: list[str] = []

    def failed(error: Error) -> None:
        wrong.append(str(error))

    def fetched(request: Request) -> None:
        if not request.url.startswith((local_slack.url, "data:", "about:")):
            wrong.append(request.url)

    tab.on("pageerror", failed)
    tab.on("request", fetched)
    yield wrong
    tab.remove_listener("pageerror", failed)
    tab.remove_listener("request", fetched)


@pytest.fixture
def screen(tab: Page, workplace: Workplace, went_wrong: list[str]) -> Iterator[Screen]:
    """Ana's window on #support. Whatever she does, no script fails and nothing is fetched from elsewhere."""
    tab.set_viewport_size(USUAL)
    looked_at = Screen(tab, workplace)
    looked_at.opens(ANA)
    yield looked_at
    tab.evaluate("localStorage.clear()")
    tab.goto("about:blank")
    assert went_wrong == []


@pytest.fixture
def asked(screen: Screen, local_slack: Handle) -> Any:
    """Open a window with these fields before Ana."""

    def opens(*blocks: Json) -> None:
        view = {
            "type": "modal", "callback_id": "all_fields", "title": plain("Fields"), "submit": plain("Send"),
            "blocks": list(blocks),
        }  # fmt: skip
        screen.api("views.open", trigger_id=local_slack.slack.tickets.trigger(ANA), view=view)
        expect(screen.window).to_be_visible()

    return opens
