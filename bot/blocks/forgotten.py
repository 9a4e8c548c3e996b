"""What is left to be read when a customer was forgotten, and what `rethrow forget` says before and after."""

from collections.abc import Mapping, Sequence

from bot.blocks import kit
from bot.blocks.kit import Block, Message
from domain.ticket_reference import shown

GONE = "A customer's words stood here and were removed at their request."


def post(number: int | None) -> Message:
    """In the place of a post about one of the customer's tickets."""
    begins = f"{shown(number)}: what" if number else "What"
    return Message(f"{begins} stood here was removed at the customer's request.")


def gap() -> Block:
    """In the place of a block, in a post about many."""
    return kit.context(GONE)


def text() -> str:
    """In the place of the fallback text of such a post."""
    return GONE


def answered_before() -> Message:
    """To a second copy of a request whose answer is no longer kept."""
    return Message("That was done already. Nothing was done twice.")


def plan(names: Sequence[str], ids: Sequence[str], numbers: Sequence[int], counts: Mapping[str, int]) -> str:
    """What `rethrow forget` is about to do."""
    tickets = ", ".join(shown(number) for number in numbers[:12]) + (" …" if len(numbers) > 12 else "")
    told = [f"Customer: {' / '.join(dict.fromkeys(names))} ({', '.join(ids)})"]
    told.append(f"Tickets: {len(numbers)}" + (f": {tickets}" if numbers else ""))
    told += [f"  {count:>7} rows of {name}" for name, count in counts.items() if count]
    told.append(
        "Their names, addresses, ids, links and every word on these tickets will be removed for good, also from posts"
        " and answers. Status, times, categories and ratings stay, so that figures stay true."
    )
    return "\n".join(told)


def done(posts: int, answers: int) -> str:
    """What `rethrow forget` did."""
    return (
        f"Forgotten. Posts in Slack that the running bot now edits: {posts}; `rethrow outbox` shows any that Slack does"
        f" not let it change. Remembered answers that were blanked: {answers}."
    )


def beyond_reach(others: Sequence[int]) -> str:
    """What forgetting cannot do, said plainly."""
    told = [
        "Not reached: what people wrote in Slack themselves, answers that Slack showed to one person alone, Slack's own"
        " exports, your helpdesk, backups, and PostgreSQL's write-ahead log until it is recycled. Forget the customer"
        " in the helpdesk first: its next event about them would bring them back."
    ]
    if others:
        named = ", ".join(shown(number) for number in others)
        told.append(f"Other customers' tickets mention the name in their words: {named}. Look at them.")
    return "\n".join(told)


NOT_FREED = (
    "The file could not be rewritten while others read it: old pages may still hold removed words. Stop the bot and"
    " run `rethrow forget --vacuum`."
)


def unknown(asked: str, workspace_id: str) -> str:
    """Nobody of that id or name."""
    return f"There is no customer with the id or the name {asked!r} in {workspace_id}."


def everything(workspace_id: str, rows: int) -> str:
    """The whole workspace is gone."""
    return f"All of {workspace_id} was deleted: {rows} rows."
