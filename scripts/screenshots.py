"""The pictures of the README: walks through `rethrow demo` in headless Chromium and writes docs/images/*.png."""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import FloatRect, Locator, Page, ViewportSize, sync_playwright

IMAGES = Path(__file__).parent.parent / "docs" / "images"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WIDE = ViewportSize(width=1180, height=900)
ALL_ALERTS = ViewportSize(width=1180, height=1560)
TALL = ViewportSize(width=1180, height=1100)
WITH_THREAD = ViewportSize(width=1980, height=3600)
SUPPORT = "C0SUPPORT"


def main() -> None:
    """Start a demo, take the pictures, stop it."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        page = browser.new_page(viewport=WIDE, device_scale_factor=2)
        take_all(page, address)
        browser.close()


def browser_path() -> str:
    """The browser that is installed; ends the script with what to do when there is none."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    return found or sys.exit("No Chromium found: apt-get install chromium")


@contextmanager
def demo() -> Iterator[str]:
    """A demo with a folder of its own; its address."""
    with tempfile.TemporaryDirectory() as state:
        command = [sys.executable, "-m", "bot", "demo", "--port", "0", "--state", state]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            found = (re.search(r"Open (\S+)", line) for line in process.stdout)
            yield next(match.group(1) for match in found if match)
        finally:
            process.terminate()
            process.wait(30)


def take_all(page: Page, address: str) -> None:
    """Every picture, each from the state the one before left."""
    visit(page, address, "U0ANA")
    walk = message(page, "Eleven things to try")
    _, names, *_ = dict.fromkeys(re.findall(r"T-\d+", walk.inner_text()))
    picture(page, "walkthrough")
    run(page, f"/tag {names} usabilty templates")
    picture(message(page, "Did you mean"), "near-miss")
    run(page, f"/ticket solve {names}")
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    picture(dialog, "solve")
    dialog.get_by_role("button", name="Cancel").click()
    alert(page, address)
    promise(page, address)
    calibration(page, address)
    handoff(page, address)
    page.set_viewport_size(TALL)
    visit(page, address, "U0MAYA", "C0LEADS")
    run(page, "/tag report 30d")
    picture(message(page, "Why customers wrote", "tickets came in"), "report")
    digest(page, address)


def alert(page: Page, address: str) -> None:
    """A critical ticket, tagged in one line: its post follows."""
    visit(page, address, "U0ANA", "C0ALERTS")
    number = re.findall(r"T-\d+", message(page, "Sign-in codes").inner_text())[0]
    run(page, f"/tag {number} reliab api")
    message(page, "came in:", "reliability")
    message(page, "Category: none")
    page.set_viewport_size(ALL_ALERTS)
    page.wait_for_timeout(300)
    picture(page, "tag")
    page.set_viewport_size(WIDE)


def promise(page: Page, address: str) -> None:
    """A promise that is about to break, with what can be done about it, and its clocks explained."""
    visit(page, address, "U0ANA", "C0ALERTS")
    warned = message(page, "First response", "No mail leaves our account", "I'm on it")
    picture(warned, "alert")
    number = re.findall(r"T-\d+", warned.inner_text())[0]
    page.set_viewport_size(ALL_ALERTS)
    visit(page, address, "U0ANA")
    run(page, f"/sla {number}")
    picture(message(page, "Pickup", "counted"), "clocks")
    page.set_viewport_size(WIDE)


def handoff(page: Page, address: str) -> None:
    """A hard case handed on: the window that knows what is known, and what those who are asked read."""
    page.set_viewport_size(ALL_ALERTS)
    visit(page, address, "U0ANA")
    number = re.findall(r"/escalate (T-\d+)", message(page, "things to try").inner_text())[0]
    run(page, f"/escalate {number} the customer asks for a manager")
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    for label, text in {
        "1. What was done": "Refunded the second charge",
        "1. What came of it": "The bank has not shown it after three days",
        "What is needed": "A call with somebody who may decide on a credit",
        "What the customer expects": "The money back before their own month ends",
    }.items():
        dialog.get_by_label(label).fill(text)
    dialog.locator(".modal-body").evaluate("one => one.scrollTop = 0")
    picture(dialog, "escalate")
    dialog.get_by_role("button", name="Escalate", exact=True).click()
    visit(page, address, "U0MAYA", "C0ESC")
    picture(message(page, f"{number} is handed on"), "handoff")
    page.set_viewport_size(WIDE)


def digest(page: Page, address: str) -> None:
    """The weekly review, with its parts in the thread."""
    page.set_viewport_size(WITH_THREAD)
    visit(page, address, "U0MAYA", "C0LEADS")
    run(page, "/digest weekly post")
    message(page, "Weekly review", "5 replies").locator(".thread-summary").click()
    thread = page.get_by_role("complementary", name="Thread")
    thread.locator(".message").filter(has_text="Quick wins").last.wait_for()
    thread.locator(".message-list").evaluate("one => one.scrollTop = 0")
    page.add_style_tag(content=".to-end { display: none }")
    page.wait_for_timeout(400)
    top, end = thread.locator(".list-wrap").bounding_box(), thread.locator(".message").nth(1).bounding_box()
    assert top is not None
    assert end is not None
    clip = FloatRect(x=top["x"], y=top["y"], width=top["width"], height=end["y"] + end["height"] - top["y"])
    page.screenshot(path=IMAGES / "digest.png", clip=clip)


def calibration(page: Page, address: str) -> None:
    """A ticket that reviewers differ on, and how far they agree over all."""
    page.set_viewport_size(WITH_THREAD)
    visit(page, address, "U0TOBI", "C0QA")
    message(page, "Calibration 3:")
    message(page, "Calibration 2:").get_by_text("replies").click()
    picture(message(page, "Discuss.", "drives it"), "calibration-ticket")
    picture(message(page, "Krippendorff's alpha"), "calibration-result")
    page.set_viewport_size(WIDE)


def message(page: Page, *texts: str) -> Locator:
    """The last message that holds these texts, once it is there."""
    found = page.locator(".message")
    for text in texts:
        found = found.filter(has_text=text)
    found.last.wait_for()
    return found.last


def visit(page: Page, address: str, person: str, channel: str = SUPPORT) -> None:
    """Look at a channel as somebody."""
    page.goto(f"{address}/archives/{channel}?as={person}")
    page.locator("textarea[role=combobox]").wait_for()


def run(page: Page, line: str) -> None:
    """Type a command."""
    page.locator("textarea[role=combobox]").fill(line)
    page.keyboard.press("Enter")


def picture(seen: Page | Locator, name: str) -> None:
    """Write what is seen now, with the pointer out of the way."""
    page = seen if isinstance(seen, Page) else seen.page
    page.mouse.move(0, 0)
    page.wait_for_timeout(400)
    seen.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
