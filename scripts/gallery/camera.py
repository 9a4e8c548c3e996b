"""Takes the pictures: a message or a window at each width, and a page that shows them all."""

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page, ViewportSize, sync_playwright

from scripts.gallery.place import SUPPORT
from scripts.screenshots import FLAGS, browser_path
from tests.workplace import Person

WIDTHS = (1400, 420)
HEIGHTS = {1400: 1000, 420: 900}
TALL = 2400  # so that a message or a Home tab is on the screen as a whole
STYLE = """body { font: 14px sans-serif; background: #888 }
div { display: flex; gap: 12px; align-items: flex-start }
h2 { margin: 14px 0 4px }"""


@dataclass
class Camera:
    """A browser that looks at the local Slack."""

    folder: Path
    page: Page
    taken: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def message(
        self, url: str, name: str, person: Person, *texts: str, thread: str | None = None, ts: str = ""
    ) -> None:
        """The last message that says all this, or the one of that timestamp, in a channel or in a thread."""
        at = f"{url}/archives/{person.channel}?as={person.id}" + (f"&thread_ts={thread}" if thread else "")
        for width in self._each_width(name):
            self.page.goto(at)
            within = (".thread" if thread else ".main") + (f" [data-ts='{ts}']" if ts else " .message")
            self._shoot(self._found(within, texts), name, width)

    def window(self, url: str, name: str, person: Person) -> None:
        """The window that is open before somebody, the whole of it."""
        for width in self._each_width(name, tall=False):
            self.page.goto(f"{url}/archives/{person.channel}?as={person.id}")
            dialog = self.page.get_by_role("dialog")
            dialog.wait_for()
            body = dialog.locator(".modal-body")
            more = int(body.evaluate("one => one.scrollHeight - one.clientHeight"))
            self._shoot(dialog, name, width)
            if more > 0:
                body.evaluate("one => one.scrollTop = one.scrollHeight")
                self._shoot(dialog, f"{name}-end", width)

    def home(self, url: str, name: str, person: str) -> None:
        """Somebody's Home tab."""
        for width in self._each_width(name):
            self.page.goto(f"{url}/?as={person}&tab=home")
            home = self.page.locator(".home")
            home.locator(".block").first.wait_for()
            self._shoot(home, name, width)

    def screen(self, url: str, name: str, person: str, path: str = f"/archives/{SUPPORT}") -> None:
        """The whole page."""
        for width in self._each_width(name, tall=False):
            self.page.goto(f"{url}{path}?as={person}")
            self.page.locator(".message, .home .block").first.wait_for()
            self._shoot(self.page.locator(".app"), name, width)

    def _each_width(self, name: str, tall: bool = True) -> Iterator[int]:
        for width in WIDTHS:
            self.page.set_viewport_size(ViewportSize(width=width, height=TALL if tall else HEIGHTS[width]))
            yield width
            if self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                self.wrong.append(f"{name} scrolls sideways at {width}")
            self.wrong += [
                f"{name} at {width}: {one}" for one in self.page.locator(".invalid-block summary").all_inner_texts()
            ]

    def _found(self, within: str, texts: tuple[str, ...]) -> Locator:
        found = self.page.locator(within)
        for text in texts:
            found = found.filter(has_text=text)
        found.last.wait_for()
        return found.last

    def _shoot(self, seen: Locator, name: str, width: int) -> None:
        self.page.mouse.move(0, 0)
        self.page.wait_for_timeout(250)
        seen.screenshot(path=self.folder / f"{name}@{width}.png", animations="disabled")
        if name not in self.taken:
            self.taken.append(name)


@contextmanager
def looking(folder: Path, dark: bool) -> Iterator[Camera]:
    """A browser for as long as this lasts; then the page that shows all pictures is written."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        page = browser.new_context(color_scheme="dark" if dark else "light", locale="en-GB").new_page()
        page.set_default_timeout(10_000)
        camera = Camera(folder, page)
        page.on("pageerror", lambda error: camera.wrong.append(str(error)))
        yield camera
        index(camera)
        browser.close()


def index(camera: Camera) -> None:
    """One page with every picture, the two widths side by side."""
    rows = "".join(
        f"<h2>{html.escape(re.sub('-', ' ', name))}</h2><div>"
        + "".join(f'<img src="{name}@{width}.png" alt="at {width} pixels">' for width in WIDTHS)
        + "</div>"
        for name in camera.taken
    )
    page = f"<!doctype html><meta charset=utf-8><title>Gallery</title><style>{STYLE}</style>{rows}"
    (camera.folder / "index.html").write_text(page, encoding="utf-8")
