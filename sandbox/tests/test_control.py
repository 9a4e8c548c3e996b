"""The control API: what a reset brings back."""

from slack_sandbox.client import Sandbox


def test_a_reset_brings_back_who_was_in_a_channel(box: Sandbox) -> None:
    def members() -> list[str]:
        return next(list(c["members"]) for c in box.workspace()["channels"] if c["id"] == "C0GENERAL")

    before = members()
    box.join(before[0], "C0GENERAL", leave=True)
    assert members() != before
    box.reset()
    assert members() == before
