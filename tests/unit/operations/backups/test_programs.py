"""Programs that data streams through: an end that is not the end is never taken for one."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from cms.operations.backups import programs
from cms.operations.backups.errors import BackupError, ProgramError

ENVIRONMENT = {"PATH": "/usr/bin:/bin", "PGPASSWORD": "hunter2-hunter2"}


def shell(script: str) -> list[str]:
    return ["sh", "-c", script]


def test_output_is_read_to_its_end() -> None:
    with programs.reading(shell("printf 'one two'"), ENVIRONMENT) as stream:
        assert stream.read() == b"one two"


def test_program_that_fails_at_the_end_is_noticed() -> None:
    target = io.BytesIO()
    with (
        pytest.raises(ProgramError, match=r"sh failed \(exit 3\): out of luck"),
        programs.reading(shell("echo half; echo out of luck >&2; exit 3"), ENVIRONMENT) as stream,
    ):
        programs.copy(stream, target)
    assert target.getvalue() == b"half\n"


def read_all(script: str) -> None:
    """Read what a script prints, of which there should be more."""
    with programs.reading(shell(script), ENVIRONMENT) as stream:
        if stream.read() != b"whole":
            raise BackupError("half")


def test_reason_of_what_is_missing_is_said() -> None:
    with pytest.raises(ProgramError, match="out of luck"):
        read_all("printf ha; echo out of luck >&2; exit 1")
    with pytest.raises(BackupError, match=r"^half$"):
        read_all("printf ha")


def feed(script: str, data: bytes, times: int = 1, error: Exception | None = None) -> None:
    """Write to a script, then raise the error, if there is one."""
    with programs.writing(shell(script), ENVIRONMENT) as stream:
        for _ in range(times):
            stream.write(data)
            stream.flush()
        if error is not None:
            raise error


def test_reader_is_killed_before_it_sees_an_end_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        feed(f"cat >{tmp_path}/read; touch {tmp_path}/done", b"half", error=ZeroDivisionError())
    assert not (tmp_path / "done").exists()


def test_reader_that_gets_everything_ends_well(tmp_path: Path) -> None:
    feed(f"cat >{tmp_path}/read; touch {tmp_path}/done", b"all")
    assert (tmp_path / "read").read_bytes() == b"all"
    assert (tmp_path / "done").exists()


def test_reader_that_dies_says_why() -> None:
    with pytest.raises(ProgramError, match="no space left"):
        feed("head -c 10 >/dev/null; echo no space left >&2; exit 1", b"x" * 100_000, times=100)


def test_reader_that_leaves_early_without_an_error_is_one() -> None:
    with pytest.raises(BackupError, match="before it had read everything"):
        feed("exit 0", b"x" * 100_000, times=100)


def test_secrets_are_struck_from_what_a_program_says() -> None:
    with pytest.raises(ProgramError) as error:
        programs.output_of(shell('echo "wrong: $PGPASSWORD" >&2; exit 1'), ENVIRONMENT)
    assert "hunter2" not in str(error.value)
    assert "wrong: …" in str(error.value)


def test_only_the_end_of_a_long_complaint_is_kept() -> None:
    with pytest.raises(ProgramError) as error:
        programs.output_of(shell("seq 1 100000 >&2; exit 1"), ENVIRONMENT)
    assert str(error.value).endswith("100000")
    assert len(str(error.value)) < 1000


def test_answer_that_does_not_come_is_not_waited_for() -> None:
    with pytest.raises(BackupError, match="no answer within"):
        programs.output_of(["sleep", "1000"], ENVIRONMENT, seconds=0.1)


def test_program_that_is_not_there_is_named() -> None:
    with pytest.raises(BackupError, match="The program nowhere-to-be-found is not installed"):
        programs.output_of(["nowhere-to-be-found"], ENVIRONMENT)


def test_nothing_is_handed_on_but_the_environment_that_was_given() -> None:
    assert programs.output_of(["/usr/bin/env"], {"A": "1"}).splitlines() == ["A=1"]
