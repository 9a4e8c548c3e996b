"""rich_text blocks: sections, lists, quotes, preformatted text and what stands in them."""

from slack_sandbox.blockkit.schema import (
    IDENT,
    Rule,
    a,
    anything,
    boolean,
    both,
    integer,
    many,
    number,
    obj,
    one_of,
    string,
    tagged,
)  # fmt: skip
from slack_sandbox.limits import URL

STYLES = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
STYLE = obj(may=dict.fromkeys(STYLES, boolean))
TEXT_MOST = 12_000


def styled(kind: str, need: dict[str, Rule], may: dict[str, Rule] | None = None) -> Rule:
    """An element that can be bold, italic and so on."""
    return a(kind, need, {"style": STYLE, **(may or {})})


INLINE = {
    "text": styled("text", {"text": string(TEXT_MOST)}),
    "link": styled("link", {"url": string(URL)}, {"text": string(TEXT_MOST), "unsafe": boolean}),
    "emoji": styled("emoji", {"name": string(100)}, {"unicode": string(100), "skin_tone": integer(1, 6)}),
    "user": styled("user", {"user_id": IDENT}),
    "usergroup": styled("usergroup", {"usergroup_id": IDENT}),
    "channel": styled("channel", {"channel_id": IDENT}),
    "team": styled("team", {"team_id": IDENT}),
    "broadcast": styled("broadcast", {"range": one_of("here", "channel", "everyone")}),
    "color": styled("color", {"value": string(9)}),
    "date": styled(
        "date",
        {"timestamp": number, "format": string(200)},
        {"url": string(URL), "fallback": string(TEXT_MOST)},
    ),
}
ELEMENTS = many(tagged(INLINE, "rich text element"), 1000, least=0)
SECTION = a("rich_text_section", {"elements": ELEMENTS})
PARTS = {
    "rich_text_section": SECTION,
    "rich_text_list": a(
        "rich_text_list",
        {
            "style": one_of("bullet", "ordered"),
            "elements": many(tagged({"rich_text_section": SECTION}, "list item"), 1000),
        },
        {"indent": integer(0, 8), "offset": integer(0, 100_000), "border": integer(0, 1)},
    ),
    "rich_text_quote": a("rich_text_quote", {"elements": ELEMENTS}, {"border": integer(0, 1)}),
    "rich_text_preformatted": a(
        "rich_text_preformatted", {"elements": ELEMENTS}, {"border": integer(0, 1), "language": string(100)}
    ),
}
RICH_TEXT = both(a("rich_text", {"elements": many(tagged(PARTS, "rich text"), 1000)}, {"block_id": IDENT}), anything)
