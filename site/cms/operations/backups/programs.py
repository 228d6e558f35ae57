"""Runs other programs with data streaming in or out: no shell, no secret among the arguments, no half result kept.

A program that reads our data takes the end of it for its completeness. So when what we read from fails, the program is
killed before its input is closed.
"""

from __future__ import annotations

import subprocess
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import PurePath
from typing import IO, Protocol

from cms.operations.backups.errors import BackupError, ProgramError

CHUNK_BYTES = 1024 * 1024
_LINES_KEPT = 12
_LINE_LENGTH = 500
_LAST_WORDS_SECONDS = 5
_LAST_MOMENT_SECONDS = 0.5


class Readable(Protocol):
    """Something that bytes can be read from."""

    def read(self, size: int = -1, /) -> bytes: ...


class Writable(Protocol):
    """Something that bytes can be written to."""

    def write(self, data: bytes, /) -> int: ...


@contextmanager
def reading(arguments: Sequence[str], environment: Mapping[str, str]) -> Iterator[IO[bytes]]:
    """The output of a program, to be read to its end. Raises ProgramError at the end when the program failed.

    So it does for an error inside, when that comes of output that the failing program did not finish.
    """
    program = _Program(arguments, environment)
    try:
        program.stdin.close()
        yield program.stdout
        program.finish()
    except Exception:
        if program.has_failed():
            program.finish()
        raise
    finally:
        program.end()


@contextmanager
def writing(arguments: Sequence[str], environment: Mapping[str, str]) -> Iterator[IO[bytes]]:
    """The input of a program. An error inside kills it; after the block its end is waited for.

    Raises ProgramError when the program failed, also where that was noticed by what we could not write any more.
    """
    program = _Program(arguments, environment, output=False)
    try:
        yield program.stdin
        program.stdin.close()
        program.finish()
    except BrokenPipeError:
        program.finish()
        raise BackupError(f"{program.name} ended before it had read everything.") from None
    finally:
        program.end()


@contextmanager
def filtering(arguments: Sequence[str], environment: Mapping[str, str]) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Input and output of a program; whoever writes to it must do so on a thread of its own, and close the input.

    Raises ProgramError at the end when the program failed.
    """
    program = _Program(arguments, environment)
    try:
        yield program.stdin, program.stdout
        program.finish()
    finally:
        program.end()


def output_of(arguments: Sequence[str], environment: Mapping[str, str], *, seconds: float | None = None) -> str:
    """What a program prints. Raises ProgramError when it fails, BackupError when it takes longer than `seconds`."""
    program = _Program(arguments, environment)
    expired = threading.Event()

    def expire() -> None:
        expired.set()
        program.end()

    timer = threading.Timer(seconds or 0, expire)
    if seconds is not None:
        timer.start()
    try:
        program.stdin.close()
        text = program.stdout.read().decode(errors="replace")
        program.finish()
    except ProgramError:
        if expired.is_set():
            raise BackupError(f"{program.name} gave no answer within {seconds:.0f} seconds.") from None
        raise
    finally:
        timer.cancel()
        program.end()
    return text


def copy(source: Readable, *targets: Writable) -> None:
    """Copy everything from `source` to each of `targets`."""
    while chunk := source.read(CHUNK_BYTES):
        for target in targets:
            target.write(chunk)


class _Program:
    """A running program, its error output read on the side so that it never blocks."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], *, output: bool = True) -> None:
        self.name = PurePath(arguments[0]).name
        self._secrets = [
            value for name, value in environment.items() if value and ("PASSWORD" in name or "SECRET" in name)
        ]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - no shell, and the arguments are ours
                list(arguments),
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE if output else subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
        except FileNotFoundError:
            raise BackupError(f"The program {self.name} is not installed.") from None
        except OSError as error:
            raise BackupError(f"The program {self.name} cannot be started: {error.strerror}.") from None
        self._lines: deque[str] = deque(maxlen=_LINES_KEPT)
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    @property
    def stdin(self) -> IO[bytes]:
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        return self._process.stdin

    @property
    def stdout(self) -> IO[bytes]:
        # Where output is dropped there is nothing to read; the type stays simple.
        return self._process.stdout or self.stdin

    def _listen(self) -> None:
        assert self._process.stderr is not None  # noqa: S101 - it is a pipe
        with self._process.stderr as errors:
            for line in errors:
                text = line.decode(errors="replace").strip()
                for secret in self._secrets:
                    text = text.replace(secret, "…")
                if text:
                    self._lines.append(text[:_LINE_LENGTH])

    def finish(self) -> None:
        """Wait for the program's own end. Raises ProgramError when it failed."""
        code = self._process.wait()
        self._listener.join(_LAST_WORDS_SECONDS)
        if code != 0:
            raise ProgramError(self.name, code, "\n".join(self._lines))

    def has_failed(self) -> bool:
        """Whether the program has come to a bad end by itself, or is about to."""
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(_LAST_MOMENT_SECONDS) != 0
        return False

    def end(self) -> None:
        """Kill the program if it still runs, and give back what it held. May be called again."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._listener.join(_LAST_WORDS_SECONDS)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with suppress(OSError):  # what was buffered for a program that is gone
                    stream.close()
