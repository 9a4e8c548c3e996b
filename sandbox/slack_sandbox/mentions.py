"""What a person types becomes what Slack stores: escaped, with names turned into mentions."""

import re

from slack_sandbox.workspace import Workspace

BROADCASTS = {"here", "channel", "everyone"}
TOKEN = re.compile(r"(?<![\w&/])([@#])([\w][\w.-]*)")
# In escaped text, and without the signs that end a sentence.
LINK = re.compile(r"(https?://(?:(?!&[lg]t;)[^\s<>|])*(?!&[lg]t;)[^\s<>|.,;:!?)])")


def escape(text: str) -> str:
    """Slack's escaping of its three control characters."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def typed(ws: Workspace, text: str, labels: bool = False) -> str:
    """Typed text with addresses as links and @name, #name, @group as mentions; with labels as commands get them."""

    def mention(found: re.Match[str]) -> str:
        sign, word = found.groups()
        bare = word.rstrip(".-")
        turned = (person if sign == "@" else place)(ws, bare, labels)
        return turned + word[len(bare) :] if turned else found.group()

    parts = LINK.split(escape(text))  # an address between any two
    return "".join(f"<{part}>" if at % 2 else TOKEN.sub(mention, part) for at, part in enumerate(parts))


def person(ws: Workspace, name: str, labels: bool) -> str:
    """The mention of a user, a group or everyone; empty when there is none of that name."""
    user = next((u for u in ws.users.values() if u.name.lower() == name.lower()), None)
    if user:
        return f"<@{user.id}|{user.name}>" if labels else f"<@{user.id}>"
    group = next((g for g in ws.usergroups.values() if g.handle.lower() == name.lower()), None)
    if group:
        return f"<!subteam^{group.id}|@{group.handle}>" if labels else f"<!subteam^{group.id}>"
    return f"<!{name}>" if name in BROADCASTS else ""


def place(ws: Workspace, name: str, labels: bool) -> str:
    """The mention of a channel; empty when there is none of that name."""
    channel = next((c for c in ws.channels.values() if c.name == name and not c.is_im), None)
    if channel is None:
        return ""
    return f"<#{channel.id}|{channel.name}>" if labels else f"<#{channel.id}>"
