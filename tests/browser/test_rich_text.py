"""The rich text field: what each of its buttons does, what the app is handed, and that a message shows the same."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.forms import field, plain, sent
from tests.browser.screen import Screen
from tests.workplace import ANA, Json

Write = Callable[[str], None]


class Editor:
    """The field, with its buttons and the keyboard."""

    def __init__(self, screen: Screen) -> None:
        self.screen = screen
        self.box: Locator = screen.window.get_by_role("textbox", name="Notes")
        self.tools: Locator = screen.window.get_by_role("toolbar", name="Formatting")

    def types(self, *texts: str) -> None:
        """Type these, each on its line."""
        for number, text in enumerate(texts):
            if number:
                self.presses("Enter")
            self.screen.page.keyboard.type(text)

    def presses(self, key: str, times: int = 1) -> None:
        """Press a key."""
        for _ in range(times):
            self.screen.page.keyboard.press(key)

    def tool(self, label: str) -> Locator:
        """A button over the field."""
        return self.tools.get_by_role("button", name=label, exact=True)

    def uses(self, label: str) -> None:
        """Press a button, and be back in the text."""
        self.tool(label).click()
        expect(self.box).to_be_focused()

    def links_to(self, address: str) -> None:
        """Give the address of a link, and be back in the text."""
        self.tool("Link").click()
        self.screen.window.get_by_label("Address of the link").fill(address)
        self.screen.window.get_by_role("button", name="Add link").click()
        expect(self.box).to_be_focused()

    def handed(self) -> list[Json]:
        """What the app is handed: the parts of the rich_text block."""
        value: Json = sent(self.screen)["Notes"]["rich_text_value"]
        assert value["type"] == "rich_text"
        return list(value["elements"])


@pytest.fixture
def editor(screen: Screen, asked: Any) -> Editor:
    """An empty field, the cursor in it."""
    asked(field("Notes", "rich_text_input", placeholder=plain("What did you see?")))
    made = Editor(screen)
    made.box.click()
    return made


def text(words: str, **style: bool) -> Json:
    return {"type": "text", "text": words} | ({"style": style} if style else {})


def section(*elements: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(elements)}


def shown(screen: Screen, parts: list[Json]) -> Locator:
    """The message in which the app posts what it was handed."""
    screen.workplace.slack.close(ANA, clear=True)
    screen.post({"type": "rich_text", "elements": parts}, text="What was handed in")
    expect(screen.messages).to_have_count(1)
    return screen.messages.last


def test_marked_words_become_code_and_what_follows_is_not(screen: Screen, editor: Editor) -> None:
    editor.types("run make")
    editor.presses("Shift+ArrowLeft", times=4)
    editor.uses("Code")
    editor.presses("ArrowRight")
    expect(editor.tool("Code")).to_have_attribute("aria-pressed", "true")
    editor.uses("Code")
    editor.types(" twice")
    parts = editor.handed()
    assert parts == [section(text("run "), text("make", code=True), text(" twice"))]
    expect(shown(screen, parts).locator(".slack_inline_code")).to_have_text("make")


def test_code_can_be_written_without_marking_first(screen: Screen, editor: Editor) -> None:
    editor.types("run ")
    editor.uses("Code")
    editor.types("make demo")
    editor.uses("Code")
    editor.types(" now")
    assert editor.handed() == [section(text("run "), text("make demo", code=True), text(" now"))]


def test_code_is_taken_back_by_the_same_button(screen: Screen, editor: Editor) -> None:
    editor.types("make")
    editor.presses("Shift+ArrowLeft", times=4)
    editor.uses("Code")
    expect(editor.box.locator("code")).to_have_text("make")
    editor.uses("Code")
    expect(editor.box.locator("code")).to_have_count(0)
    editor.presses("ArrowRight")
    editor.types(" it")
    assert editor.handed() == [section(text("make it"))]


def test_marked_words_become_a_link(screen: Screen, editor: Editor) -> None:
    editor.types("see the guide")
    editor.presses("Shift+ArrowLeft", times=5)
    editor.links_to("kb.example.com/a?x=1&y=2")
    expect(editor.box.get_by_role("link", name="guide")).to_be_visible()
    editor.presses("ArrowRight")
    editor.types(" first")
    link = {"type": "link", "url": "https://kb.example.com/a?x=1&y=2", "text": "guide"}
    parts = editor.handed()
    assert parts == [section(text("see the "), link, text(" first"))]
    drawn = shown(screen, parts).get_by_role("link", name="guide")
    expect(drawn).to_have_attribute("href", "https://kb.example.com/a?x=1&y=2")


def test_a_link_without_marked_words_shows_its_address(screen: Screen, editor: Editor) -> None:
    editor.types("see ")
    editor.links_to("https://kb.example.com/a")
    editor.types(" first")
    link = {"type": "link", "url": "https://kb.example.com/a"}
    assert editor.handed() == [section(text("see "), link, text(" first"))]


def test_an_address_that_could_run_something_is_no_link(screen: Screen, editor: Editor) -> None:
    editor.types("press me")
    editor.presses("Shift+ArrowLeft", times=2)
    editor.links_to("javascript://alert(1)")
    assert editor.handed() == [section(text("press me"))]


def test_a_quote_goes_on_over_its_lines_and_ends_with_the_same_button(screen: Screen, editor: Editor) -> None:
    editor.types("They wrote:", "")
    editor.uses("Quote")
    editor.types("It was down", "for an hour")
    editor.presses("Enter")
    editor.uses("Quote")
    editor.types("Since then it is up")
    parts = editor.handed()
    assert parts == [
        section(text("They wrote:")),
        {"type": "rich_text_quote", "elements": [text("It was down\nfor an hour")]},
        section(text("Since then it is up")),
    ]
    quote = shown(screen, parts).locator("blockquote")
    expect(quote).to_contain_text("It was down")
    expect(quote).not_to_contain_text("Since then")


def test_a_numbered_list_is_numbered_and_ends_with_the_same_button(screen: Screen, editor: Editor) -> None:
    editor.types("Steps", "")
    editor.uses("Numbered list")
    editor.types("open it", "read it", "")
    editor.uses("Numbered list")
    editor.types("Done")
    parts = editor.handed()
    assert parts == [
        section(text("Steps")),
        {
            "type": "rich_text_list", "style": "ordered", "indent": 0,
            "elements": [section(text("open it")), section(text("read it"))],
        },
        section(text("Done")),
    ]  # fmt: skip
    items = shown(screen, parts).locator("ol li")
    expect(items).to_contain_text(["open it", "read it"])


def test_lines_that_are_there_become_a_list_and_a_list_changes_its_kind(screen: Screen, editor: Editor) -> None:
    editor.types("one", "two")
    editor.presses("ControlOrMeta+a")
    editor.uses("Numbered list")
    expect(editor.box.locator("ol li")).to_have_text(["one", "two"])
    editor.uses("Bulleted list")
    expect(editor.box.locator("ul li")).to_have_text(["one", "two"])
    (bullets,) = editor.handed()
    assert (bullets["style"], len(bullets["elements"])) == ("bullet", 2)


def test_a_link_is_given_another_address_and_taken_away(screen: Screen, editor: Editor) -> None:
    editor.links_to("https://kb.example.com/old")
    editor.presses("ArrowLeft")
    expect(editor.tool("Link")).to_have_attribute("aria-pressed", "true")
    editor.links_to("https://kb.example.com/new")
    expect(editor.box.get_by_role("link")).to_have_attribute("href", "https://kb.example.com/new")
    editor.tool("Link").click()
    expect(screen.window.get_by_label("Address of the link")).to_have_value("https://kb.example.com/new")
    screen.window.get_by_label("Address of the link").fill("")
    screen.window.get_by_label("Address of the link").press("Enter")
    expect(editor.box.get_by_role("link")).to_have_count(0)


def test_looks_go_together_in_a_list_and_in_a_quote(screen: Screen, editor: Editor) -> None:
    editor.uses("Numbered list")
    editor.types("run ")
    editor.uses("Bold")
    editor.types("this")
    editor.uses("Bold")
    editor.presses("Enter")
    editor.uses("Code")
    editor.types("make")
    editor.uses("Code")
    (numbered,) = editor.handed()
    assert numbered["elements"] == [section(text("run "), text("this", bold=True)), section(text("make", code=True))]


def test_rich_text_is_written_with_its_looks_lists_and_links(screen: Screen, asked: Any) -> None:
    asked(field("Notes", "rich_text_input", placeholder=plain("What did you see?")))
    notes = screen.window.get_by_role("textbox", name="Notes")
    tools = screen.window.get_by_role("toolbar", name="Formatting")
    notes.click()
    screen.page.keyboard.type("See ")
    tools.get_by_role("button", name="Bold").click()
    screen.page.keyboard.type("this")
    tools.get_by_role("button", name="Bold").click()
    screen.page.keyboard.type(" at https://kb.example.com/a.")
    screen.page.keyboard.press("Enter")
    tools.get_by_role("button", name="Bulleted list").click()
    screen.page.keyboard.type("first")
    screen.page.keyboard.press("Enter")
    screen.page.keyboard.type("second")
    handed = sent(screen)["Notes"]["rich_text_value"]
    assert handed["type"] == "rich_text"
    section, bullets = handed["elements"]
    assert section == {
        "type": "rich_text_section",
        "elements": [
            {"type": "text", "text": "See "},
            {"type": "text", "text": "this", "style": {"bold": True}},
            {"type": "text", "text": " at "},
            {"type": "link", "url": "https://kb.example.com/a"},
            {"type": "text", "text": "."},
        ],
    }
    assert (bullets["type"], bullets["style"]) == ("rich_text_list", "bullet")
    assert [item["elements"] for item in bullets["elements"]] == [
        [{"type": "text", "text": "first"}], [{"type": "text", "text": "second"}],
    ]  # fmt: skip
