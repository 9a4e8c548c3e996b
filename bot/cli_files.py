"""Files that a command writes."""

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Self, TextIO

import click

from db import private


class Later:
    """A file to write text to, made when the first is written, for its owner alone; `-` is standard output.

    `with Later(file) as out: out.write(…)`; raises click.FileError where it cannot be written.
    """

    def __init__(self, file: Path) -> None:
        self._file, self._open, self._until = file, None if str(file) != "-" else sys.stdout, ExitStack()

    def __enter__(self) -> Self:
        """Nothing is opened yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close what was opened."""
        self._until.close()

    def write(self, text: str) -> int:
        """Write, as text files do; how many characters."""
        return self._opened().write(text)

    def _opened(self) -> TextIO:
        if self._open is None:
            try:
                private.make(self._file)
                self._open = self._until.enter_context(self._file.open("w", encoding="utf-8"))
            except OSError as error:
                raise click.FileError(str(self._file), hint=error.strerror) from error
        return self._open
