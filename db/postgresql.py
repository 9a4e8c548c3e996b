"""PostgreSQL as this program wants it: how many connections, and how long anything may take.

All of it can be said in the address: `postgresql+psycopg://…/rethrow?pool_size=5&statement_timeout=10s`.
"""

import re
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine
from sqlalchemy.exc import ArgumentError

# A person's request that has waited for 3 s is given up by Slack: it is refused rather than done unseen later.
POOL: dict[str, int] = {"pool_size": 20, "max_overflow": 10, "pool_timeout": 3, "pool_recycle": 1800}
TIMEOUTS = {"statement_timeout": "30s", "lock_timeout": "5s", "idle_in_transaction_session_timeout": "60s"}
# A server that vanished without a word (its machine, or the network) is noticed within these times.
NETWORK: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,  # milliseconds
    "application_name": "rethrow",
    # Else a database without an encoding of its own answers in bytes.
    "client_encoding": "utf8",
}
WHOLE = re.compile(r"[0-9]{1,5}")
TIME = re.compile(r"[0-9]{1,9}(ms|s|min|h)?")


def open_postgresql(url: URL) -> Engine:
    """An engine for this address; raises ArgumentError where one of its options is not what it may be."""
    pool = {name: int(_said(url, name, str(usual), WHOLE, "a whole number")) for name, usual in POOL.items()}
    times = {name: _said(url, name, usual, TIME, "a time such as 500ms, 30s or 0") for name, usual in TIMEOUTS.items()}
    network = {name: usual for name, usual in NETWORK.items() if name not in url.query}
    own = url.query.get("options", ())
    options = [f"-c {name}={time}" for name, time in times.items()] + ([own] if isinstance(own, str) else list(own))
    address = url.difference_update_query([*POOL, *TIMEOUTS, "options"])
    told = network | {"options": " ".join(options)}
    return create_engine(
        address, connect_args=told, pool_pre_ping=True, pool_use_lifo=True, hide_parameters=True, **pool
    )


def encoding(connection: Connection) -> str | None:
    """How the database stores letters, where that is not UTF8; None where all is well, and for SQLite."""
    if connection.dialect.name != "postgresql":
        return None
    found = str(connection.exec_driver_sql("SHOW server_encoding").scalar())
    return None if found == "UTF8" else found


def _said(url: URL, name: str, usual: str, allowed: re.Pattern[str], words: str) -> str:
    found = url.query.get(name, usual)
    if not isinstance(found, str) or not allowed.fullmatch(found):
        raise ArgumentError(f"{name}: found {found!r}, allowed is {words}")
    return found
