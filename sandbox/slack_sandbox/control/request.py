"""One request to the control API, with what it names looked up."""

from typing import Any

from slack_sandbox.args import Args
from slack_sandbox.errors import SlackError
from slack_sandbox.model import Channel, Message, User, View
from slack_sandbox.slack import Slack


class Ask:
    """A control request: its arguments, and the person who acts."""

    def __init__(self, slack: Slack, values: dict[str, Any]) -> None:
        self.slack = slack
        self.ws = slack.ws
        self.args = Args(values)

    def person(self, name: str = "as") -> User:
        """The user who acts or looks; never the bot itself."""
        user = self.ws.user(self.args.need(name))
        if user.is_bot and name == "as":
            raise SlackError("not_a_person", status=400)
        return user

    def channel(self) -> Channel:
        """The channel named, by id or by name, which the person must be in."""
        channel, user = self.ws.channel(self.ws.named(self.args.need("channel"))), self.person()
        if user.id not in channel.members:
            hidden = channel.is_private or channel.is_im
            raise SlackError("channel_not_found" if hidden else "not_in_channel", status=404)
        return channel

    def message(self, channel: Channel) -> Message:
        """The message named, if the person sees it."""
        message = self.ws.message(channel, self.args.need("ts"))
        if message.only_for not in ("", self.person().id):
            raise SlackError("message_not_found", status=404)
        return message

    def view(self) -> View:
        """The view named, if it is on the person's screen."""
        view = self.ws.view(self.args.need("view_id"))
        if view is None or view.user != self.person().id:
            raise SlackError("view_not_found", status=404)
        return view
