"""What delivery adds to a post: rows of the outbox paid, against the same posts by Slack's own client alone.

Slack is a server in a process of its own that takes everything at once; each post has a channel of its own, so that no
pace is kept. For each row delivery finds the most urgent, claims it, posts it, and settles it: two commits a post.
Run: `python -m benchmarks.delivery`.
"""

import multiprocessing
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from statistics import median

from slack_sdk import WebClient

from benchmarks import databases
from benchmarks.servers import connected, free_port
from benchmarks.table import Line, as_text, timed
from bot import delivery, logs
from bot.clock import WallClock
from db import outbox, schema, session, workspaces

POSTS = 100
ROUNDS = 7


class Taker(BaseHTTPRequestHandler):
    """A Slack that takes everything."""

    def do_POST(self) -> None:
        """Say yes."""
        self.rfile.read(int(self.headers["Content-Length"]))
        said = b'{"ok": true, "channel": "C1", "ts": "1.000001"}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def take(port: int) -> None:
    """Serve until the process is ended."""
    ThreadingHTTPServer(("127.0.0.1", port), Taker).serve_forever()


def measure(quick: bool) -> Iterator[Line]:
    """Milliseconds a post, on both databases."""
    logs.configure(level="ERROR")
    port = free_port()
    slack = multiprocessing.get_context("spawn").Process(target=take, args=(port,), daemon=True)
    slack.start()
    connected(port).close()
    client = WebClient("xoxb-x", base_url=f"http://127.0.0.1:{port}/api/")
    for kind in databases.KINDS:
        ours, floor = _compared(kind, client, 2 if quick else ROUNDS)
        yield Line(f"delivery of a post, {kind}", ours, floor, "slack_sdk alone")
    slack.terminate()
    slack.join()


def _compared(kind: str, client: WebClient, rounds: int) -> tuple[float, float]:
    taken: list[list[float]] = [[], []]
    with databases.empty(kind) as url:
        engine = session.open_engine(url)
        schema.upgrade(engine)
        now = datetime.now(UTC)
        with session.writing(engine) as connection:
            workspaces.remember(connection, "T1", "benchmark", now)
        for number in range(rounds):
            with session.writing(engine) as connection:
                for post in range(POSTS):
                    key = f"bench:{number}:{post}"
                    outbox.owe(connection, "T1", key, f"C{number}X{post}", {"text": "A post."}, now)
            taken[0].append(timed(lambda: delivery.turn(engine, client, WallClock(), "T1", at_most=POSTS)) / POSTS)
            taken[1].append(
                timed(lambda: [client.api_call("chat.postMessage", json={"text": "A post."}) for _ in range(POSTS)])
                / POSTS
            )
        engine.dispose()
    return median(taken[0]), median(taken[1])


if __name__ == "__main__":
    print(as_text(measure("--quick" in sys.argv)))
