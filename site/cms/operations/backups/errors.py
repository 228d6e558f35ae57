"""What may be told to an operator when a backup, a restore or a drill did not work."""

from __future__ import annotations


class BackupError(Exception):
    """It did not work. The message says what happened and what to do, and holds no secret."""


class ProgramError(BackupError):
    """A program that we started failed. `output` is the end of what it wrote to its error output."""

    def __init__(self, program: str, code: int, output: str) -> None:
        super().__init__(f"{program} failed (exit {code}): {output or 'it said nothing'}")
        self.output = output
