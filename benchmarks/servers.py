"""Servers in processes of their own, and signed requests to them."""

import hashlib
import hmac
import http.client
import multiprocessing
import os
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.process import BaseProcess

import uvicorn
from starlette.applications import Starlette

SECRET = "benchmark"
TICKETS = 1000
CATEGORIES = ("usability", "reliability", "functional")
Build = Callable[[str], Starlette]


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs, and connections to it that are kept."""

    process: BaseProcess
    connections: list[http.client.HTTPConnection]

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.join()

    def times(self, first: int, count: int) -> list[float]:
        """Send so many `/tag`, over all connections at once; the seconds each took."""
        share = count // len(self.connections)

        def client(place: int) -> list[float]:
            begin = first + place * share
            return [ask(self.connections[place], number) for number in range(begin, begin + share)]

        with ThreadPoolExecutor(len(self.connections)) as clients:
            return [took for times in clients.map(client, range(len(self.connections))) for took in times]


def serve(build: Build, database: str, port: int) -> None:
    """Serve until the process is ended."""
    # A connection waits while the other server has its turn.
    uvicorn.run(build(database), port=port, log_level="warning", access_log=False, timeout_keep_alive=3600)


def started(build: Build, database: str, at_once: int) -> Served:
    """A server in a process of its own, and so many connections to it."""
    port = free_port()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(build, database, port), daemon=True)
    process.start()
    return Served(process, [connected(port) for _ in range(at_once)])


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def connected(port: int) -> http.client.HTTPConnection:
    """A connection to a server that is starting."""
    for _ in range(600):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        try:
            connection.connect()
        except ConnectionRefusedError:
            time.sleep(0.1)
        else:
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection
    raise SystemExit("the server did not start")


def ask(connection: http.client.HTTPConnection, number: int) -> float:
    """Send one signed `/tag`; seconds until it was answered."""
    text = f"T-{number % TICKETS + 1} {CATEGORIES[number // TICKETS % 3]}"
    form = {"command": "/tag", "text": text, "team_id": "T0", "user_id": "U1", "channel_id": "C1"}
    body = urllib.parse.urlencode(form | {"trigger_id": f"{number}.1", "response_url": "http://127.0.0.1/"})
    timestamp = str(int(time.time()))
    mac = hmac.new(SECRET.encode(), f"v0:{timestamp}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": f"v0={mac}",
    }
    begun = time.perf_counter()
    connection.request("POST", "/slack/events", body, headers)
    answer = connection.getresponse()
    said = answer.read()
    took = time.perf_counter() - begun
    assert answer.status == 200, said
    return took


def program(*words: str, **environment: str) -> subprocess.Popen[bytes]:
    """A program of this Python, quiet."""
    return subprocess.Popen(
        [sys.executable, *words], env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
