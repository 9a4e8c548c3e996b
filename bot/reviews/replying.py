"""What the agent says to their review."""

from datetime import datetime

from sqlalchemy import Connection

from bot import review_posts
from bot.blocks import review_windows as windows
from bot.blocks import reviews as blocks
from bot.blocks.kit import Message, Modal
from bot.desk import Desk
from db import reviews, tickets
from domain.qa_review import Review
from domain.ticket_reference import shown


def window(desk: Desk, number: int) -> Modal:
    """The window for a reply; raises NotAllowed unless it is one's own work that was reviewed."""
    with desk.reading() as connection:
        review = _own(connection, desk, number)
        ticket = desk.ticket(connection, shown(number))
    return windows.reply(review, ticket)


def send(desk: Desk, number: int, text: str) -> Message:
    """Keep the reply and pass it on to the reviewer and the leads."""

    def work(connection: Connection, now: datetime) -> Message:
        tickets.hold(connection, desk.workspace_id, [number])  # of two at once, the other one takes the next place
        review = _own(connection, desk, number)
        place = reviews.reply(connection, desk.workspace_id, review, text, now)
        review_posts.tell_reply(connection, desk.workspace_id, review, place, desk.settings, now)
        return blocks.replied(review)

    return desk.once(work)


def _own(connection: Connection, desk: Desk, number: int) -> Review:
    held = {one.agent: one for one in reviews.of_ticket(connection, desk.workspace_id, number)}
    desk.must_be_allowed("button review_reply", concerned=held)
    return held[desk.person]
