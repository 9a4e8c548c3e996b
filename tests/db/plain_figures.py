"""The week's figures once more, with polars from the raw rows, read whole: nothing shared but the rows."""

import json
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import Engine, text

MINUTE = 60_000_000
ALL_ROWS = 10**9


def micros(instant: datetime) -> int:
    return round(instant.timestamp()) * 1_000_000


def rows(engine: Engine, table: str) -> pl.DataFrame:
    with engine.connect() as connection:
        found = [dict(row._mapping) for row in connection.execute(text(f"SELECT * FROM {table}"))]
    told = [{name: json.dumps(v) if isinstance(v, dict | list) else v for name, v in row.items()} for row in found]
    return pl.DataFrame(told, infer_schema_length=ALL_ROWS)


def spells(events: pl.DataFrame) -> pl.DataFrame:
    """When each ticket was solved, and when it was opened again; what was undone never happened."""
    if events.is_empty():
        return pl.DataFrame(schema={"number": pl.Int64, "solved": pl.Int64, "again": pl.Int64})
    lasting = events.filter(~pl.col("undone").cast(bool), pl.col("undoes").is_null(), pl.col("kind") != "undone")
    moved = [
        {"number": line["number"], "at": line["at"], "solved": json.loads(line["fields"])["solved_at"][1]}
        for line in lasting.sort("at", "event_id").iter_rows(named=True)
        if "solved_at" in json.loads(line["fields"])
    ]
    told = pl.DataFrame(moved, schema={"number": pl.Int64, "at": pl.Int64, "solved": pl.Int64})
    following = told.with_columns(
        again=pl.when(pl.col("solved").shift(-1).over("number").is_null()).then(pl.col("at").shift(-1).over("number"))
    )
    return following.filter(pl.col("solved").is_not_null()).select("number", "solved", "again")


def as_of(life: pl.DataFrame, moment: int) -> pl.DataFrame:
    """The tickets that were solved at `moment`, and since when."""
    lasting = pl.col("again").is_null() | (pl.col("again") >= moment)
    return life.filter(pl.col("solved") < moment, lasting).unique("number", keep="first")


def speed(durations: pl.Series) -> dict[str, Any]:
    names = ("median_minutes", "mean_minutes", "p95_minutes")
    if durations.is_empty():
        return {"n": 0} | dict.fromkeys(names)
    taken = durations.cast(pl.Float64)
    # Nearest rank: the smallest value that at least 95 % do not exceed.
    late = taken.sort()[-(-95 * len(taken) // 100) - 1]
    return {"n": len(taken)} | {
        name: value / MINUTE for name, value in zip(names, (taken.median(), taken.mean(), late), strict=True)
    }


def share(part: int, n: int) -> dict[str, Any]:
    return {"n": n, "share": part / n if n else None}


def within(column: str, start: int, end: int) -> pl.Expr:
    return pl.col(column).is_between(start, end, closed="left")


def kept(clocks: pl.DataFrame, metric: str, start: int, end: int) -> dict[str, Any]:
    if clocks.is_empty():
        return {"kept": 0, "breached": 0, "share": None}
    ours = clocks.filter(pl.col("metric") == metric)
    whole = ours.filter(pl.col("breached_at").is_null())
    good = whole.filter(within("fulfilled_at", start, end)).height
    unseen = whole.filter(pl.col("ended_at").is_null(), within("due_at", start, end)).height
    broken = ours.filter(within("breached_at", start, end)).height + unseen
    return {"kept": good, "breached": broken, "share": good / (good + broken) if good + broken else None}


def counted(values: pl.Series) -> dict[str, int]:
    return dict(values.drop_nulls().value_counts().iter_rows())


def figures(engine: Engine, start: int, end: int) -> dict[str, Any]:
    """Every figure that is promised, for a window of microseconds."""
    tickets, events, clocks = (rows(engine, table) for table in ("ticket", "ticket_event", "sla_clock"))
    life = spells(events)
    finished = as_of(life, end)
    solved = tickets.join(finished, on="number").filter(within("solved", start, end))
    new = tickets.filter(within("created_at", start, end))
    waiting = tickets.filter(pl.col("created_at") < end).join(finished, on="number", how="anti")
    escalated = events.filter(pl.col("kind") == "escalated", ~pl.col("undone").cast(bool)).select("number").unique()
    rated = solved.filter(pl.col("csat").is_not_null())
    opened_again = life.filter(pl.col("again") < end).select("number").unique()
    at_once = solved.filter(pl.col("agent_replies") <= 1).join(opened_again, on="number", how="anti")
    replies = tickets.filter(within("first_response_at", start, end))
    answers = events.filter(pl.col("kind") == "replied", ~pl.col("undone").cast(bool), within("at", start, end))
    return {
        "volume": {
            "new": new.height,
            "solved": solved.height,
            "reopened": life.filter(within("again", start, end)).height,
            "backlog": waiting.height,
        },
        "oldest": waiting["created_at"].min(),
        "answers": answers["at"].to_list(),
        "speed": {
            "first_response": speed(replies["first_response_at"] - replies["created_at"]),
            "resolution": speed(solved["solved"] - solved["created_at"]),
        },
        "spans": {
            "first_response": replies.select("created_at", "first_response_at").rows(),
            "resolution": solved.select("created_at", "solved").rows(),
        },
        "quality": {
            "csat": share(rated.filter(pl.col("csat") >= 4).height, rated.height),
            "first_contact": share(at_once.height, solved.height),
        },
        "escalation": share(new.join(escalated, on="number", how="semi").height, new.height),
        "kept": {metric: kept(clocks, metric, start, end) for metric in ("first_response", "resolution")},
        "categories": counted(solved["category"]),
        "areas": counted(solved["area"]),
        "sentiment": counted(solved["sentiment"]),
    }
