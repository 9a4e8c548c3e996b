"""What a stranger may have got into Slack: mentions and links in anything that was sent, answered, or is still owed."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import select

from db.outbox import outbox
from tests.wire import Mailbox
from tests.workplace import Workplace

BAIT = (
    "<!channel>", "<!here>", "<!everyone>", "<!here|here>", "<!subteam^S0EVIL>", "<https://evil.example|Click>",
    "&lt;!channel&gt;", "`<!channel>`", "*<!channel>*", "<!channel", "<#C0EVIL|x>", "<!date^0^{date}|x>",
    "\0", "a\0b", "\ud800", "x\udfff!", "\u202egnp.exe", "\x1b[31m", "\r\n.\r\n", "' or 1=1 --", "%s%n{0}{settings}",
)  # fmt: skip
CAUGHT = re.compile(r"<!(?:channel|here|everyone)|<!subteam\^S0EVIL|<https://evil\.example\|Click|<#C0EVIL|<!date\^0")


def parsed_texts(part: Any) -> Iterator[str]:
    """Every text that Slack would parse for mentions: `text` of messages and mrkdwn objects, markdown blocks."""
    if isinstance(part, list):
        for one in part:
            yield from parsed_texts(one)
    elif isinstance(part, dict):
        text = part.get("text")
        if isinstance(text, str) and part.get("type") not in ("plain_text", "raw_text", "text"):
            yield text
        for key, one in part.items():
            if key not in ("metadata", "private_metadata", "value"):
                yield from parsed_texts(one)


def injected(part: Any) -> list[str]:
    """The texts that a bait got into."""
    return [text for text in parsed_texts(part) if CAUGHT.search(text)]


@dataclass
class Findings:
    """Looks at all that left the bot."""

    workplace: Workplace
    box: Mailbox

    def judge(self, answer: httpx.Response) -> None:
        """One answer: never the server's fault, and nothing injected."""
        assert answer.status_code < 500, (answer.status_code, answer.text)
        if answer.headers.get("content-type", "").startswith("application/json"):
            assert injected(json.loads(answer.text)) == []

    def look(self) -> None:
        """All that was sent to Slack or to a response URL, and all that is owed."""
        for entry in self.workplace.slack.log():
            assert injected(entry["request"]) == [], entry["method"]
        assert injected(list(self.box.letters)) == []
        for (payload,) in self.workplace.query(select(outbox.c.payload)):
            assert injected(payload) == []
