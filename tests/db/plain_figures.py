"""The week's figures once more, from the raw rows, read whole and counted one by one: nothing shared but the rows."""

import json
import math
from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, text

MINUTE = 60_000_000


def micros(instant: datetime) -> int:
    return round(instant.timestamp()) * 1_000_000


def rows(engine: Engine, table: str) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(text(f"SELECT * FROM {table}"))]


def unfold(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def lives(engine: Engine) -> dict[int, list[tuple[int, int | None]]]:
    """When each ticket was solved and no longer was, from the trail; what was undone never happened."""
    found: dict[int, list[tuple[int, int | None]]] = {}
    for line in sorted(rows(engine, "ticket_event"), key=lambda line: (line["at"], line["event_id"])):
        fields = unfold(line["fields"])
        if line["undone"] or line["undoes"] or line["kind"] == "undone" or "solved_at" not in fields:
            continue
        spells = found.setdefault(line["number"], [])
        after = fields["solved_at"][1]
        if after is not None:
            spells.append((after, None))
        elif spells:
            spells[-1] = (spells[-1][0], line["at"])
    return found


def solved_as_of(spells: list[tuple[int, int | None]], moment: int) -> int | None:
    """Since when it was solved at `moment`."""
    for solved, reopened in spells:
        if solved < moment and (reopened is None or reopened >= moment):
            return solved
    return None


def speed(durations: list[int]) -> dict[str, Any]:
    if not durations:
        return {"n": 0, "median_minutes": None, "mean_minutes": None, "p95_minutes": None}
    ranked, n = sorted(durations), len(durations)
    middle = ranked[n // 2] if n % 2 else (ranked[n // 2 - 1] + ranked[n // 2]) / 2
    late = ranked[math.ceil(95 * n / 100) - 1]
    parts = {"median_minutes": middle, "mean_minutes": sum(ranked) / n, "p95_minutes": late}
    return {"n": n} | {name: value / MINUTE for name, value in parts.items()}


def share(part: int, n: int) -> dict[str, Any]:
    return {"n": n, "share": part / n if n else None}


def kept(engine: Engine, metric: str, start: int, end: int) -> dict[str, Any]:
    clocks = [row for row in rows(engine, "sla_clock") if row["metric"] == metric]
    broken = sum(row["breached_at"] is not None and start <= row["breached_at"] < end for row in clocks)
    unseen = [row for row in clocks if row["breached_at"] is None and row["ended_at"] is None and row["due_at"]]
    broken += sum(start <= row["due_at"] < end for row in unseen)
    held = [row for row in clocks if row["breached_at"] is None and row["fulfilled_at"] is not None]
    good = sum(start <= row["fulfilled_at"] < end for row in held)
    return {"kept": good, "breached": broken, "share": good / (good + broken) if good + broken else None}


def figures(engine: Engine, start: int, end: int) -> dict[str, Any]:
    """Every figure the issue names, for a window of microseconds."""
    all_tickets, spells = rows(engine, "ticket"), lives(engine)
    solved = {}
    for one in all_tickets:
        since = solved_as_of(spells.get(one["number"], []), end)
        if since is not None and since >= start:
            solved[one["number"]] = (one, since)
    new = [one for one in all_tickets if start <= one["created_at"] < end]
    waiting = [
        one
        for one in all_tickets
        if one["created_at"] < end and solved_as_of(spells.get(one["number"], []), end) is None
    ]
    reopened = [again for life in spells.values() for _, again in life if again is not None]
    lines = rows(engine, "ticket_event")
    escalated = {line["number"] for line in lines if line["kind"] == "escalated" and not line["undone"]}
    rated = [one for one, _ in solved.values() if one["csat"] is not None]
    at_once = [
        one
        for one, _ in solved.values()
        if one["agent_replies"] <= 1
        and not any(again is not None and again < end for _, again in spells[one["number"]])
    ]
    replies = [one for one in all_tickets if one["first_response_at"] and start <= one["first_response_at"] < end]
    return {
        "volume": {
            "new": len(new),
            "solved": len(solved),
            "reopened": sum(start <= again < end for again in reopened),
            "backlog": len(waiting),
        },
        "oldest": min((one["created_at"] for one in waiting), default=None),
        "speed": {
            "first_response": speed([one["first_response_at"] - one["created_at"] for one in replies]),
            "resolution": speed([since - one["created_at"] for one, since in solved.values()]),
        },
        "quality": {
            "csat": share(sum(one["csat"] >= 4 for one in rated), len(rated)),
            "first_contact": share(len(at_once), len(solved)),
        },
        "escalation": share(sum(one["number"] in escalated for one in new), len(new)),
        "kept": {metric: kept(engine, metric, start, end) for metric in ("first_response", "resolution")},
        "categories": dict(Counter(one["category"] for one, _ in solved.values() if one["category"])),
        "areas": dict(Counter(one["area"] for one, _ in solved.values() if one["area"])),
    }
