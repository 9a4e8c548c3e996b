"""People in a sandbox, moved by a test: say, command, click, submit, look, wait."""

import json
from typing import Any, Self

import httpx

from slack_sandbox.model import Json
from slack_sandbox.state import elements_of


class ControlError(Exception):
    """The control API refused; the message is its error and detail."""


class Sandbox:
    """A synchronous client of the control API at ``base_url``."""

    def __init__(self, base_url: str, timeout: float = 70.0) -> None:
        self.base_url = base_url.rstrip("/")
        self._http = httpx.Client(base_url=f"{self.base_url}/sandbox", timeout=timeout, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close_client()

    def close_client(self) -> None:
        """Close the connections."""
        self._http.close()

    def ask(self, method: str, verb: str, /, **values: Any) -> Json:
        """One control request; raises ControlError on a refusal (HTTP 4xx)."""
        given = {k.rstrip("_"): v for k, v in values.items() if v is not None}
        if method == "GET":
            got = self._http.get(f"/{verb}", params=given)
        else:
            got = self._http.request(method, f"/{verb}", json=given)
        body: Json = got.json()
        if got.is_error:
            raise ControlError(f"{verb}: {body.get('error')} {body.get('detail', '')}".strip())
        return body

    def workspace(self) -> Json:
        """Who and what is there."""
        return self.ask("GET", "workspace")

    def reset(self, workspace: Json | None = None) -> None:
        """Start over."""
        self.ask("POST", "reset", workspace=workspace)

    def app(self, **settings: Any) -> None:
        """Change settings of the app, null values included."""
        got = self._http.post("/app", json=settings)
        if got.is_error:
            raise ControlError(f"app: {got.text}")

    def channels(self, as_user: str) -> list[Json]:
        """A person's sidebar."""
        rows: list[Json] = self.ask("GET", "channels", as_=as_user)["channels"]
        return rows

    def messages(
        self, as_user: str, channel: str, thread_ts: str | None = None, limit: int | None = None
    ) -> list[Json]:
        """A channel or thread as a person sees it, oldest first."""
        got = self.ask("GET", "messages", as_=as_user, channel=channel, thread_ts=thread_ts, limit=limit)
        rows: list[Json] = got["messages"]
        return rows

    look = messages

    def say(self, as_user: str, channel: str, text: str, thread_ts: str | None = None, files: Any = None) -> Json:
        """Post as a person; the message."""
        message: Json = self.ask(
            "POST", "say", as_=as_user, channel=channel, text=text, thread_ts=thread_ts, files=files
        )["message"]
        return message

    def react(self, as_user: str, channel: str, ts: str, name: str, remove: bool = False) -> None:
        """React to a message."""
        self.ask("POST", "react", as_=as_user, channel=channel, ts=ts, name=name, remove=remove)

    def delete(self, as_user: str, channel: str, ts: str) -> None:
        """Take one's own message back, or dismiss an ephemeral."""
        self.ask("POST", "delete", as_=as_user, channel=channel, ts=ts)

    def read(self, as_user: str, channel: str, ts: str) -> None:
        """Mark as read."""
        self.ask("POST", "read", as_=as_user, channel=channel, ts=ts)

    def command(self, as_user: str, channel: str, text: str) -> Json:
        """Run a slash command; ok, status, ms and perhaps error."""
        return self.ask("POST", "command", as_=as_user, channel=channel, text=text)

    def click(self, as_user: str, where: Json, action_id: str, *, block_id: str | None = None, state: Any = None,
              **chosen: Any) -> Json:  # fmt: skip
        """Act on a message (from messages or wait) or a view (from views) by an element's action_id.

        ``chosen`` is what a menu or picker takes: value=, selected_option=, selected_user= and so on.
        """
        found = [(b, e) for b, e in elements_of(where.get("blocks", [])) if e["action_id"] == action_id]
        blocks = [b["block_id"] for b, _ in found]
        action = {"action_id": action_id, "block_id": block_id or (blocks[0] if blocks else ""), **chosen}
        return self.ask("POST", "click", as_=as_user, action=action, state=state, **place(where))

    def shortcut(self, as_user: str, callback_id: str, message: Json | None = None) -> Json:
        """Use a shortcut, on a message or from anywhere."""
        return self.ask("POST", "shortcut", as_=as_user, callback_id=callback_id, **(place(message) if message else {}))

    def views(self, as_user: str) -> list[Json]:
        """The modals on a person's screen, root first."""
        stack: list[Json] = self.ask("GET", "views", as_=as_user)["stack"]
        return stack

    def view(self, as_user: str) -> Json:
        """The top modal; raises ControlError when there is none."""
        stack = self.views(as_user)
        if not stack:
            raise ControlError("view: no modal is open")
        return stack[-1]

    def submit(self, as_user: str, view: Json | None = None, values: Json | None = None) -> Json:
        """Submit the top modal (or the one given). Values by action_id, plain, or whole as in state.values."""
        shown = view or self.view(as_user)
        return self.ask("POST", "submit", as_=as_user, view_id=shown["id"], values=in_blocks(shown, values or {}))

    def close(self, as_user: str, view: Json | None = None, clear: bool = False) -> None:
        """Close the top modal (or the one given)."""
        shown = view or self.view(as_user)
        self.ask("POST", "close", as_=as_user, view_id=shown["id"], clear=clear)

    def options(self, as_user: str, where: Json, action_id: str, value: str = "") -> Json:
        """What an external menu offers for typed text."""
        return self.ask("POST", "options", as_=as_user, action_id=action_id, value=value, **place(where))

    def home(self, as_user: str) -> Json | None:
        """A person's App Home."""
        view: Json | None = self.ask("GET", "home", as_=as_user)["view"]
        return view

    def open_home(self, as_user: str) -> None:
        """Look at the Home tab; the app is told."""
        self.ask("POST", "open_home", as_=as_user)

    def open_dm(self, as_user: str, with_user: str) -> str:
        """A direct message; its channel id."""
        return str(self.ask("POST", "open_dm", as_=as_user, with_=with_user)["channel"])

    def join(self, user: str, channel: str, leave: bool = False) -> None:
        """Bring somebody (the app's bot, too) into a channel, or take them out."""
        self.ask("POST", "join", user=user, channel=channel, leave=leave)

    def wait(self, as_user: str, channel: str | None = None, contains: str | None = None, *,
             thread_ts: str | None = None, after_ts: str | None = None, timeout: float = 5.0
             ) -> Json | None:  # fmt: skip
        """The first message that fits, now or within the timeout; None when there was none."""
        got = self.ask("POST", "wait", as_=as_user, channel=channel, contains=contains, thread_ts=thread_ts,
                       after_ts=after_ts, timeout=timeout)  # fmt: skip
        message: Json | None = got["message"]
        return message

    def pause(self) -> int:
        """Wait until the app has answered everything sent to it; how much is still under way after two seconds."""
        return int(self.ask("POST", "pause")["waiting"])

    def log(self, after: int = 0) -> list[Json]:
        """The inspector's log."""
        entries: list[Json] = self.ask("GET", "log", after=after)["entries"]
        return entries

    def fault(self, method: str, kind: str, **more: Any) -> str:
        """Order a failure; its id."""
        return str(self.ask("POST", "faults", method=method, kind=kind, **more)["id"])

    def faults(self) -> list[Json]:
        """The failures on order."""
        rows: list[Json] = self.ask("GET", "faults")["faults"]
        return rows

    def clear_faults(self, fault_id: str | None = None) -> None:
        """Withdraw one order, or all."""
        self.ask("DELETE", f"faults/{fault_id}" if fault_id else "faults")

    def clock(self, offset: float | None = None) -> float:
        """Move the workspace's clock against the wall by so many seconds; its time now."""
        return float(self.ask("POST", "clock", offset=offset)["now"])

    def replay(self, entry_id: int, headers: dict[str, str] | None = None) -> Json:
        """Send a logged delivery to the app again."""
        return self.ask("POST", "replay", id=entry_id, headers=headers)

    def disconnect(self, reason: str = "refresh_requested") -> int:
        """Tell Socket Mode connections to go; how many were told."""
        return int(self.ask("POST", "socket", reason=reason)["told"])


def place(where: Json) -> Json:
    """The arguments that name a view or a message."""
    return {"view_id": where["id"]} if "root_view_id" in where else {"channel": where["channel"], "ts": where["ts"]}


def in_blocks(view: Json, values: Json) -> Json:
    """Values by action_id put under their block_ids; values that already are stay as they are."""
    places = {e["action_id"]: (b["block_id"], e["type"]) for b, e in elements_of(view["blocks"])}
    ids = {b["block_id"] for b, _ in elements_of(view["blocks"])}
    out: Json = {}
    for name, value in values.items():
        if name in ids and isinstance(value, dict):
            out.setdefault(name, {}).update(value)
        elif name in places:
            block_id, kind = places[name]
            out.setdefault(block_id, {})[name] = {"type": kind, "value": value}
        else:
            raise ControlError(f"submit: the view has no field {name!r}: {json.dumps(sorted(places))}")
    return out
