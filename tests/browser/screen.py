"""The local Slack's page as a person reads it: by what things are called, not by how they are made."""

import re
from dataclasses import dataclass
from typing import Any

import httpx
from playwright.sync_api import Locator, Page, expect

from tests.waiting import PATIENCE_S
from tests.workplace import BOT_TOKEN, SUPPORT, Json, Workplace

ALONE = "Only visible to you"


@dataclass
class Screen:
    """A window on the local Slack."""

    page: Page
    workplace: Workplace

    def opens(self, user_id: str, channel: str = SUPPORT) -> None:
        """Go to a channel as somebody, and wait until it is there."""
        self.page.goto(f"{self.workplace.slack.base_url}/archives/{channel}?as={user_id}")
        expect(self.composer).to_be_visible()

    @property
    def composer(self) -> Locator:
        """Where messages and commands are typed."""
        return self.page.get_by_role("combobox", name=re.compile("^Message "))

    @property
    def messages(self) -> Locator:
        """The messages of the channel, oldest first."""
        return self.page.get_by_role("log", name=re.compile("^Messages in [#A-Z]")).get_by_role("article")

    @property
    def window(self) -> Locator:
        """The modal that is open."""
        return self.page.get_by_role("dialog")

    @property
    def inspector(self) -> Locator:
        """What the bot receives and asks for."""
        return self.page.get_by_role("complementary", name="Inspector")

    def message(self, text: str) -> Locator:
        """The messages that say this."""
        return self.messages.filter(has_text=text)

    def types(self, line: str) -> None:
        """Type a line into the composer and send it."""
        self.composer.fill(line)
        self.composer.press("Enter")

    def button(self, label: str) -> Locator:
        """The last button with this label in the channel's messages."""
        return self.messages.get_by_role("button", name=label, exact=True).last

    def channel(self, name: str) -> Locator:
        """A channel in the sidebar."""
        sidebar = self.page.get_by_role("navigation", name="Channels and people")
        return sidebar.get_by_role("button", name=re.compile(rf"^{name}\b"))

    def becomes(self, name: str) -> None:
        """Look through somebody else's eyes."""
        self.page.get_by_role("button", name=re.compile("Switch member")).click()
        self.page.get_by_role("menuitemradio", name=re.compile(name)).click()
        expect(self.page.get_by_role("button", name=f"You are {name}. Switch member")).to_be_visible()

    def api(self, method: str, ok: bool = True, **arguments: Any) -> Json:
        """Call Slack's Web API as the bot; its answer, which has to be a success unless `ok` says otherwise."""
        answer: Json = httpx.post(
            f"{self.workplace.slack.base_url}/api/{method}",
            json=arguments,
            headers={"Authorization": f"Bearer {BOT_TOKEN}"},
            timeout=PATIENCE_S,
        ).json()
        assert answer["ok"] is ok, answer
        return answer

    def post(self, *blocks: Json, text: str = "From the bot", channel: str = SUPPORT) -> Json:
        """The bot posts blocks."""
        return self.api("chat.postMessage", channel=channel, text=text, blocks=list(blocks))

    def scrolls_sideways(self) -> bool:
        """Whether the page is wider than its window."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))
