"""What the doctor says about one thing it looked at."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: whether it is well, and what to do when it is not. A note is well but worth knowing."""

    what: str
    well: bool
    detail: str
    note: bool = False

    def line(self) -> str:
        """The finding as one line."""
        judged = "note " if self.note else "ok   " if self.well else "wrong"
        return f"{judged}  {self.what}: {self.detail}"


def note(what: str, detail: str) -> Finding:
    """Something that is well, but that somebody may want to know or to change."""
    return Finding(what, True, detail, note=True)
