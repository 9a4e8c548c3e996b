"""Only who knows the secret is heard, and only within five minutes; anything else is just not signed."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.generic import sign, verify

SECRET = "s3cret"
BODY = b'{"event_id": "1"}'
NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
UNIX = int(NOW.timestamp())


def headed(value: str, name: str = "X-Rethrow-Signature") -> dict[str, str]:
    """The headers of a request."""
    return {"content-type": "application/json", name: value}


def good(unix: int | str = UNIX) -> str:
    """A signature that is right for that time."""
    return f"t={unix},v1={sign(BODY, SECRET, unix)}"


def test_a_good_signature_is_known_in_any_case_of_the_header() -> None:
    for name in ("X-Rethrow-Signature", "x-rethrow-signature", "X-RETHROW-SIGNATURE"):
        assert verify(headed(good(), name), BODY, SECRET, NOW)


def test_the_signature_is_the_documented_one() -> None:
    # Computed apart: printf '1773046800.{}' | openssl dgst -sha256 -hmac key
    assert sign(b"{}", "key", 1773046800) == "92ced27bd5d9760fdf8d4a6a60308f973dc987e235c995ff3dba2d34f08e66be"


@pytest.mark.parametrize(("seconds", "heard"), [(-301, False), (-300, True), (300, True), (301, False), (10**9, False)])
def test_five_minutes_either_way(seconds: int, heard: bool) -> None:
    assert verify(headed(good(UNIX + seconds)), BODY, SECRET, NOW) is heard


@pytest.mark.parametrize(
    "value",
    [
        "",
        "t=,v1=",
        "t=1",
        f"t={UNIX}",
        f"v1={sign(BODY, SECRET, UNIX)}",
        f"t={UNIX},v1=",
        f"t={UNIX},v1={'0' * 64}",
        f"t={UNIX},v0={sign(BODY, SECRET, UNIX)}",
        f"t={UNIX},t={UNIX},v1={sign(BODY, SECRET, UNIX)}",
        f"t=-{UNIX},v1={sign(BODY, SECRET, f'-{UNIX}')}",
        f"t={UNIX}.0,v1={sign(BODY, SECRET, f'{UNIX}.0')}",
        f"t=nan,v1={sign(BODY, SECRET, 'nan')}",
        "t=" + "9" * 5000 + ",v1=" + "0" * 64,
        f"t=١٧٧٣٠٤٦٨٠٠,v1={'0' * 64}",
        "v1=é",
        ",,,===,",
    ],
)
def test_anything_malformed_is_not_signed(value: str) -> None:
    assert not verify(headed(value), BODY, SECRET, NOW)


def test_another_body_secret_or_none_is_not_signed() -> None:
    assert not verify(headed(good()), BODY + b" ", SECRET, NOW)
    assert not verify(headed(good()), BODY, "other", NOW)
    assert not verify({}, BODY, SECRET, NOW)
    assert not verify(headed(f"t={UNIX},v1={sign(BODY, '', UNIX)}"), BODY, "", NOW)


def test_while_a_secret_is_changed_either_signature_counts() -> None:
    old, new = sign(BODY, "old", UNIX), sign(BODY, SECRET, UNIX)
    assert verify(headed(f"t={UNIX},v1={old},v1={new}"), BODY, SECRET, NOW)


@given(st.text(), st.binary(), st.text())
def test_garbage_never_raises(value: str, body: bytes, secret: str) -> None:
    assert not verify(headed(value), body, secret.encode("utf-8", "replace").decode(), NOW)
