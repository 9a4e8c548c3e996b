"""Tickets read from a file one at a time, JSON Lines or CSV, each with its line; a bad one is told and passed over."""

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO

from helpdesk.payload import BadBody, SaidTicket, ticket_of, ticket_of_strings

LINE_MAX = 1024 * 1024
UNREADABLE = "\ud800\n"  # stands in a CSV for a line too long to hold: whatever row it is in is refused
CSV_SUFFIXES = (".csv", ".tsv")
CUSTOMER_COLUMNS = {
    f"customer{between}{name}": name for between in "._" for name in ("external_id", "name", "tier", "arr")
}
_CASE: Mapping[str, Callable[[str], str]] = {
    "status": str.lower, "priority": str.upper, "customer.tier": str.lower, "customer_tier": str.lower
}  # fmt: skip
COLUMNS = frozenset(SaidTicket.model_fields) - {"customer"}


class BadFile(Exception):
    """The file as a whole cannot be imported; the message says why in one line."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that was passed over: its number in the file, the field at fault, and what is wrong with it."""

    line: int
    field: str
    problem: str


@dataclass(slots=True)
class Reader:
    """A file of tickets, opened; `bytes_read` grows as it is read, `unknown_columns` are those nobody reads."""

    path: Path
    bytes_read: int = 0
    unknown_columns: tuple[str, ...] = ()
    _line: int = field(default=0)

    def tickets(self) -> Iterator[tuple[int, SaidTicket | Refused]]:
        """Each ticket, or why there is none, with its line number from 1; raises BadFile."""
        try:
            with self.path.open("rb") as file:
                yield from self._csv(file) if self._is_csv(file) else self._json_lines(file)
        except OSError as problem:
            raise BadFile(f"{self.path}: {problem.strerror}") from problem

    def _is_csv(self, file: BufferedReader) -> bool:
        if self.path.suffix.lower() in CSV_SUFFIXES:
            return True
        # Looked at, not taken: a pipe gives what it has but once.
        start = file.peek().removeprefix(b"\xef\xbb\xbf").lstrip()
        return bool(start) and not start.startswith(b"{") and self.path.suffix.lower() not in (".jsonl", ".ndjson")

    def _json_lines(self, file: BinaryIO) -> Iterator[tuple[int, SaidTicket | Refused]]:
        for number, line in self._lines(file):
            if isinstance(line, Refused):
                yield number, line
            elif line.strip():
                yield number, _one(number, line)

    def _csv(self, file: BinaryIO) -> Iterator[tuple[int, SaidTicket | Refused]]:
        rows = self._rows(file)
        _, header = next(rows, (0, Refused(1, "file", "is empty")))
        if isinstance(header, Refused):
            raise BadFile(f"{self.path}: {header.field} {header.problem}")
        names = [name.strip().lower().replace(" ", "_") for name in header]
        if "external_id" not in names:
            raise BadFile(f"{self.path}: no column external_id in the first line, found {', '.join(names)[:200]}")
        self.unknown_columns = tuple(name for name in names if name not in COLUMNS | CUSTOMER_COLUMNS.keys())
        for number, cells in rows:
            if isinstance(cells, Refused):
                yield number, cells
            elif any(cells):
                yield number, _row(number, names, cells)

    def _rows(self, file: BinaryIO) -> Iterator[tuple[int, list[str] | Refused]]:
        """CSV rows with the line they begin on; a quoted cell may hold line ends."""
        text = self._text(file)
        first = next(text, "")
        delimiter = max(",;\t", key=first.count)
        reader = csv.reader(_again(first, text), delimiter=delimiter, strict=True)
        while True:
            begins = reader.line_num + 1
            try:
                yield begins, next(reader)
            except StopIteration:
                return
            except csv.Error as problem:
                yield begins, Refused(begins, "line", f"is not CSV: {problem}")

    def _text(self, file: BinaryIO) -> Iterator[str]:
        # What is not UTF-8 becomes lone surrogates, which are refused with their field later on.
        for number, line in self._lines(file):
            text = UNREADABLE if isinstance(line, Refused) else line.decode("utf-8", "surrogateescape")
            yield text if number > 1 else text.removeprefix("\ufeff")

    def _lines(self, file: BinaryIO) -> Iterator[tuple[int, bytes | Refused]]:
        """Lines of bounded length; one that is longer is passed over without being held."""
        number = 0
        while line := file.readline(LINE_MAX):
            number += 1
            self.bytes_read += len(line)
            if len(line) < LINE_MAX or line.endswith(b"\n"):
                yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
                continue
            while (rest := file.readline(LINE_MAX)) and not rest.endswith(b"\n"):
                self.bytes_read += len(rest)
            self.bytes_read += len(rest)
            yield number, Refused(number, "line", f"is longer than {LINE_MAX} bytes")


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    if first:
        yield first
    yield from rest


def _one(number: int, line: bytes) -> SaidTicket | Refused:
    try:
        return ticket_of(line)
    except BadBody as wrong:
        return Refused(number, "line" if wrong.field == "body" else wrong.field, wrong.problem)


def _row(number: int, names: list[str], cells: list[str]) -> SaidTicket | Refused:
    if len(cells) != len(names):
        return Refused(number, "line", f"has {len(cells)} cells where the first line has {len(names)}")
    said = {name: cell for name, cell in zip(names, cells, strict=True) if cell.strip()}
    try:
        return ticket_of_strings(_nested(said), _tags(said.get("tags", "")))
    except BadBody as wrong:
        return Refused(number, wrong.field, wrong.problem)


def _nested(said: Mapping[str, str]) -> dict[str, Any]:
    """A row as the JSON would have it, its tags aside: the customer is an object of its own.

    Spreadsheets write `Open`, `p1` and `Enterprise`.
    """
    said = {name: _CASE[name](cell.strip()) if name in _CASE else cell for name, cell in said.items()}
    found: dict[str, Any] = {name: cell for name, cell in said.items() if name in COLUMNS and name != "tags"}
    customer = {CUSTOMER_COLUMNS[name]: cell for name, cell in said.items() if name in CUSTOMER_COLUMNS}
    return found | ({"customer": customer} if customer else {})


def _tags(cell: str) -> list[str] | None:
    """The tags in one cell, with `;` or else `,` between them."""
    listed = cell.split(";" if ";" in cell else ",")
    return [tag.strip() for tag in listed if tag.strip()] or None
