"""Pays what is owed to Slack. `db.outbox` records the debt, `domain.retry` says what an answer means."""

from bot.delivery.worker import Worker, turn

__all__ = ["Worker", "turn"]
