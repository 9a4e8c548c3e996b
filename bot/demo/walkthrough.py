"""The pinned post that a newcomer starts with, and a little talk around it; its tickets are those of the seed."""

from collections.abc import Mapping, Sequence
from typing import Any

CHANNEL, READER = "C0SUPPORT", "U0MAYA"
TITLE = "Eleven things to try in five minutes"
TALK = (
    ("U0MAYA", "Morning all. The domain questions doubled again, so please tag them: I want the figures on Monday."),
    ("U0KOFI", "Halden wrote a third time about webhook retries. I handed it on."),
    ("U0ANA", "Harbour Tickets was charged twice, I am on it."),
    ("U0PRIYA", "Two new DNS ones this hour. I bet it is the new setup page."),
)


def numbers(seed: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """The ticket numbers of the seed by the beginning of their subjects, as an empty database gives them."""
    return {str(ticket["subject"]): number for number, ticket in enumerate(seed, 1)}


def post(seed: Sequence[Mapping[str, Any]], burning: str) -> dict[str, Any]:
    """The walk-through as a message: eleven things to try, each of which works as it is written.

    `burning` is the number of the ticket whose promise is about to break.
    """
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": TITLE}},
        _section(
            "You are in *Fernpost Support*, a made-up team with eight weeks of tickets. Type the lines below into any "
            "channel. Answers are seen by you alone; be another member at the top right to see what they see."
        ),
        *(_section(f"*{i}. {step}") for i, step in enumerate(_steps(numbers(seed), burning), 1)),
        {
            "type": "context",
            "elements": [{"type": "mrkdwn", "text": "Every command answers `help`, as in `/tag help`."}],
        },
    ]
    return {"text": TITLE, "blocks": blocks}


def _steps(number: Mapping[str, int], burning: str) -> tuple[str, ...]:
    """Each step from its title on; the walk-through is to fit on a laptop's screen as a whole."""
    dkim = number["DKIM set up as in your guide, still shown as pending"]
    names = number["Names are missing in our launch mail"]
    charged = number["Billing issue: charged twice for November"]
    return (
        f"Tag a ticket in one line:* `/tag T-{dkim} usab domains`\nAny order, any beginning of a word.",
        f"Misspell it:* `/tag T-{names} usabilty templates`\nYou are asked what you meant; one click settles it.",
        "Change your mind:* `/ticket undo` takes back your last change, for fifteen minutes.",
        f"Take one and solve it:* `/ticket take T-{names}` then `/ticket solve T-{names}`\n"
        "Without a category the window asks for one, and how the next customer is spared.",
        "See what to fix upstream:* `/tag report 30d`, and what moved most.",
        f"Keep a promise:* `/sla` then `/sla {burning}`\n"
        "It breaks its promise within two minutes: watch <#C0ALERTS>, and press a button there.",
        f"Hand a hard case on:* `/escalate T-{charged} the customer asks for a manager`\n"
        "The window knows what is known; the right people get all of it, and a clock on answering.",
        "Read the week:* `/digest weekly`, as the leads get it on Monday.",
        "Calibrate:* be *Tobi*, press *Score…* in the thread in <#C0QA>, then `/calibrate status`\n"
        "Nobody sees anybody's scores until it closes. An earlier one shows what is seen then.",
        "Review how it was handled:* be *Sam*: `/review queue`, and press *Review…*\n"
        "Each Monday a share that nobody can steer. The agent reads it alone, and may reply.",
        "Open one:* `/ticket new P1 Receipts arrive hours late for Cobalt Commerce`\n"
        f"<#C0ALERTS> hears of it. Then look around: `/ticket list unassigned`, `/ticket show T-{charged}`.",
    )


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}
