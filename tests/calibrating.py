"""People who calibrate in the local Slack: a lead who starts it, reviewers who score in windows, and what each sees."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.waiting import wait_until
from tests.workplace import ANA, BEN, CLEO, DORA, EVE, LEAD, LEADS, QA, SUPPORT, Json, Workplace, all_text, buttons

CONFIG = """
[channels]
qa = "C0QA"
leads = "C0LEADS"
[team]
leads = ["U0LEAD"]
reviewers = ["U0BEN", "U0CLEO", "U0DORA", "U0EVE"]
[calibration]
monthly = false
"""
DIMENSIONS = ("accuracy", "communication", "process", "efficiency", "going_above")
EVERYBODY = (ANA, BEN, CLEO, DORA, EVE, LEAD)
Given = Sequence[int]


def solved_tickets(workplace: Workplace, agents: Sequence[str]) -> None:
    """T-1, T-2, … of Acme, each taken and solved by one of `agents`."""
    for number, agent in enumerate(agents, 1):
        person = workplace.person(agent)
        person.types(f"/ticket new P2 The {number}. invoice of Acme is wrong for Acme")
        person.types(f"/ticket take T-{number}")
        person.types(f"/tag T-{number} usability")
        assert "Solved" in person.types(f"/ticket solve T-{number} nothing")


@dataclass
class Table:
    """The people around a calibration."""

    workplace: Workplace

    def thread(self, person: str, number: int = 1) -> list[Json]:
        """The messages of a calibration's thread, as somebody sees them; empty before it is posted."""
        slack = self.workplace.slack
        heads = [m for m in slack.messages(person, QA) if f"Calibration {number}:" in m["text"]]
        return slack.messages(person, QA, thread_ts=heads[-1]["ts"]) if heads else []

    def waits_for(self, text: str, person: str = LEAD, number: int = 1) -> Json:
        """Some message of the thread that says so, once there is one; Slack takes one a second."""
        return self._until(lambda: self.thread(person, number), text)

    def direct(self, person: str, text: str) -> Json:
        """The bot's message to somebody alone that says so, once there is one."""
        slack = self.workplace.slack
        channel = slack.open_dm(person, "U0BOT")
        return self._until(lambda: slack.messages(person, channel), text)

    def whispered(self, person: str, text: str) -> str:
        """What somebody is told alone where they clicked, once it is there."""
        slack = self.workplace.slack
        return all_text(self._until(lambda: [*slack.messages(person, QA), *self.thread(person)], text))

    def _until(self, look: Callable[[], list[Json]], text: str) -> Json:
        """The last message that says so, once there is one; time passes meanwhile, as posts keep a pace."""
        found: list[Json] = []

        def says() -> bool:
            found[:] = [m for m in look() if text in all_text(m)]
            if not found:
                self.workplace.pass_time(seconds=2)
            return bool(found)

        wait_until(says, f"somebody says {text!r}", more=lambda: [all_text(m)[:200] for m in look()], look_s=0.05)
        return found[-1]

    def starts(self, words: str = "", tickets: int = 1, number: int = 1) -> None:
        """The lead starts one and posts it; all of its tickets are there."""
        lead = self.workplace.person(LEAD)
        assert "A calibration of" in lead.types(f"/calibrate start {words}".strip())
        lead.clicks("Post")
        self.waits_for(f"{tickets} of {tickets} ·", number=number)

    def opens(self, person: str, ticket: int, number: int = 1) -> Json:
        """Somebody presses Score on a ticket; what Slack says about it."""
        return self.clicks(person, "Score…", f"· T-{ticket} ·", number)

    def clicks(self, person: str, label: str, post: str, number: int = 1) -> Json:
        """Somebody presses a button of the post of the thread that has this text, once it is there."""
        message = self._until(lambda: [m for m in self.thread(person, number) if label in str(m)], post)
        button = next(one for one in buttons(message) if one["text"]["text"] == label)
        where = {**message, "channel": QA}
        chosen = {"block_id": button["block_id"], "value": button["value"]}
        return self.workplace.slack.click(person, where, button["action_id"], **chosen)

    def fills(self, person: str, given: Mapping[str, str]) -> Json:
        """Somebody fills their window in and submits it."""
        slack = self.workplace.slack
        view = slack.view(person)
        values = {
            block["block_id"]: {
                block["element"]["action_id"]: {"type": block["element"]["type"], "value": given[block["block_id"]]}
            }
            for block in view["blocks"]
            if block["type"] == "input" and block["block_id"] in given
        }
        return slack.submit(person, view, values)

    def scores(self, person: str, ticket: int, given: Given, comment: str = "", number: int = 1) -> None:
        """Somebody scores a ticket: five numbers in the scorecard's order."""
        assert self.opens(person, ticket, number)["ok"]
        said = {name: str(points) for name, points in zip(DIMENSIONS, given, strict=True)}
        answer = self.fills(person, said | ({"comment_accuracy": comment} if comment else {}))
        assert answer["ok"], answer
        assert "errors" not in answer, answer

    def seen_by_others(self, voter: str) -> str:
        """Everything that anybody but the voter can see, and that an app with the scopes can read."""
        slack = self.workplace.slack
        seen: list[Any] = []
        for person in EVERYBODY:
            if person == voter:
                continue
            for channel in (QA, SUPPORT, LEADS, slack.open_dm(person, "U0BOT")):
                messages = slack.messages(person, channel)
                seen += messages
                for message in messages:
                    if message.get("reply_count"):
                        seen += slack.messages(person, channel, thread_ts=message["ts"])
            seen += [slack.views(person), (slack.home(person) or {}).get("blocks")]
        return json.dumps(seen, sort_keys=True)


def inputs(view: Json) -> list[Json]:
    """The fields of a window."""
    return [block for block in view["blocks"] if block["type"] == "input"]
