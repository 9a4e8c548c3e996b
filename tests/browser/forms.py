"""Windows made for a test: fields in, and what the app is handed once somebody sends them."""

import json
from typing import Any

from tests.browser.screen import Screen
from tests.waiting import wait_until
from tests.workplace import Json


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def options(*names: str) -> list[Json]:
    return [{"text": plain(name), "value": name.lower()} for name in names]


def field(label: str, kind: str, optional: bool = False, **more: Any) -> Json:
    element = {"type": kind, "action_id": "it", **more}
    return {"type": "input", "block_id": label, "label": plain(label), "optional": optional, "element": element}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def sent(screen: Screen) -> dict[str, Json]:
    """What the app was handed, by field."""
    screen.window.get_by_role("button", name="Send").click()
    entries: list[Json] = []

    def arrived() -> bool:
        entries[:] = [one for one in screen.workplace.slack.log() if one["kind"] == "view"]
        return bool(entries)

    wait_until(arrived, "the app is handed it")
    request = entries[-1]["request"]
    payload = (
        json.loads(request["payload"]) if isinstance(request.get("payload"), str) else request.get("payload", request)
    )
    return {label: values["it"] for label, values in payload["view"]["state"]["values"].items()}
