"""A real browser on the local Slack's page: one for all these tests, a fresh window for each."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect, sync_playwright

from bot.manifest import COMMANDS
from slack_sandbox.server import Handle, start_in_thread
from tests.browser.screen import Screen
from tests.conftest import MovableClock
from tests.workplace import ANA, Workplace, opened

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WAIT_MS = 8000
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
def browser() -> Iterator[BrowserContext]:
    """The browser, headless, on a screen of the usual width; what it has once fetched it keeps."""
    path = browser_path()
    assert path, MISSING
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield running.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
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
def screen(browser: BrowserContext, workplace: Workplace) -> Iterator[Screen]:
    """Ana's window on #support. Whatever she does, no script fails and nothing is fetched from elsewhere."""
    page = browser.new_page()
    page.set_default_timeout(WAIT_MS)
    here, wrong = (workplace.slack.base_url, "data:"), []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(here) else wrong.append(request.url))
    looked_at = Screen(page, workplace)
    looked_at.opens(ANA)
    yield looked_at
    page.evaluate("localStorage.clear()")
    page.close()
    assert wrong == []
