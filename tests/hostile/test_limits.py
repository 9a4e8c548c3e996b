"""How much, how long and how often: bounds that hold before anything is known of who sends."""

import http.client
import select
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from functools import partial

import httpx
import pytest

from bot.bodies import BODY_MAX
from tests.hostile.conftest import Besieged
from tests.together import at_once
from tests.wire import FORM, slack_headers

pytestmark = pytest.mark.parametrize("besieged", ["sqlite"], indirect=True)  # no database is in this
PATHS = ("/slack/events", "/ingest/generic")


@pytest.fixture
def wire(besieged: Besieged) -> Iterator[tuple[str, int]]:
    """Host and port of the bot; at the end it still answers."""
    address = httpx.URL(besieged.wire.address)
    yield address.host, address.port or 0
    assert besieged.wire.command("ticket", "list").status_code == 200


def answered(line: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    line.settimeout(60)
    parts = []
    while part := line.recv(65536):
        parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize("path", PATHS)
def test_a_body_announced_as_too_large_is_refused_before_it_is_sent(wire: tuple[str, int], path: str) -> None:
    with closing(socket.create_connection(wire)) as line:
        line.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {BODY_MAX + 1}\r\n\r\n".encode())
        assert b" 413 " in answered(line).splitlines()[0]


@pytest.mark.parametrize("path", PATHS)
def test_a_body_without_a_length_is_cut_off_at_a_mebibyte(wire: tuple[str, int], path: str) -> None:
    with closing(socket.create_connection(wire)) as line:
        line.sendall(f"POST {path} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        sent = 0
        with suppress(OSError):  # closed on us, as it should be
            while sent < 8 * BODY_MAX:
                line.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
                sent += 65536
        assert BODY_MAX - 65536 < sent < 8 * BODY_MAX


def test_a_body_of_exactly_a_mebibyte_is_read(besieged: Besieged) -> None:
    assert besieged.wire.slack(b"{" * BODY_MAX).status_code == 400
    assert besieged.wire.slack(b"x" * (BODY_MAX + 1)).status_code == 413
    timestamp = str(int(besieged.wire.clock.now().timestamp()))
    signed = {**slack_headers(b"x" * (BODY_MAX + 1), timestamp), "Content-Type": FORM}
    pieces = (b"x" * 1024 for _ in range(1025))
    assert besieged.wire.client.post(
        f"{besieged.wire.address}/slack/events", content=pieces, headers=signed
    ).status_code in (413,)


def test_bodies_and_heads_that_trickle_hold_up_nobody(besieged: Besieged, wire: tuple[str, int]) -> None:
    # A machine that is busy with something else may hold it up, too, but not each time.
    assert any(is_answered_beside_many_that_trickle(besieged, wire) for _ in range(5)), (
        "it waited until those who trickle were given up"
    )


def is_answered_beside_many_that_trickle(besieged: Besieged, wire: tuple[str, int]) -> bool:
    """Whether a command is answered before those who trickle are given up, as all of them are."""
    lines = [socket.create_connection(wire) for _ in range(60)]  # more than there are threads for requests
    head = socket.create_connection(wire)
    try:
        head.sendall(b"GET /healthz HTTP/1.1\r\nHost:")
        for line in lines:
            line.sendall(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\ntext=")
        assert besieged.wire.command("ticket", "list").status_code == 200
        given_up, _, _ = select.select(lines, [], [], 0)
        for line in lines:
            assert b" 408 " in answered(line).splitlines()[0]
        assert answered(head) == b""  # hung up on, with nothing said
        return not given_up
    finally:
        for line in (head, *lines):
            line.close()


def test_a_body_that_breaks_off_is_no_fault_of_ours(besieged: Besieged, wire: tuple[str, int]) -> None:
    before = besieged.rows()
    for _ in range(5):
        with closing(socket.create_connection(wire)) as line:
            line.sendall(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\ncommand=%2Fticket")
    assert besieged.rows() == before


def test_a_head_without_an_end_is_hung_up_on(wire: tuple[str, int]) -> None:
    with closing(socket.create_connection(wire)) as line:
        line.sendall(b"POST /slack/events HTTP/1.1\r\nHost: x\r\n")
        sent = 0
        with suppress(OSError):  # closed on us, as it should be
            for number in range(10_000):
                line.sendall(b"X-Header-%d: %s\r\n" % (number, b"y" * 4000))
                sent += 4000
        assert sent < 10_000 * 4000


def test_a_second_request_on_the_same_line_has_its_own_bounds(wire: tuple[str, int]) -> None:
    with closing(http.client.HTTPConnection(*wire)) as line:
        for _ in range(40):
            line.request("GET", "/healthz", headers={"X-Padding": "y" * 3000})
            assert line.getresponse().read() == b"ok\n"


@pytest.mark.parametrize(
    "said",
    [
        b"\x00" * 100,
        b"GET\r\n\r\n",
        b"POST /slack/events HTTP/9.9\r\n\r\n",
        b"POST * HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nnothing\r\n",
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nX: \x00\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    ],
)
def test_what_is_hardly_http_is_told_so(wire: tuple[str, int], said: bytes) -> None:
    with closing(socket.create_connection(wire)) as line:
        line.sendall(said)
        line.shutdown(socket.SHUT_WR)
        first = (answered(line).splitlines() or [b""])[0]
    assert not first.startswith(b"HTTP/1.1 5"), first


@pytest.mark.parametrize("name", ["X-Slack-Signature", "X-Slack-Request-Timestamp", "X-Rethrow-Signature"])
def test_a_signature_given_twice_is_none(besieged: Besieged, name: str) -> None:
    body = b"command=%2Fticket&text=new+x&team_id=T0TEST&user_id=U0ANA"
    timestamp = str(int(besieged.wire.clock.now().timestamp()))
    headers = [*slack_headers(body, timestamp).items(), (name, "v0=" + "0" * 64), (name, "another")]
    before = besieged.rows()
    answer = besieged.wire.client.post(f"{besieged.wire.address}/slack/events", content=body, headers=headers)
    assert answer.status_code == 400
    assert besieged.rows() == before


def test_many_at_once_are_all_answered(besieged: Besieged) -> None:
    def ask(path: str) -> int:
        with httpx.Client(timeout=60) as client:
            return client.get(f"{besieged.wire.address}/{path}").status_code

    assert at_once(*[partial(ask, "healthz"), partial(ask, "readyz")] * 25) == [200] * 50
