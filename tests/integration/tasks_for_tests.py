"""Tasks whose course a test controls through files in a folder."""

from __future__ import annotations

import os
import time
from pathlib import Path

from django_tasks import task

LONGEST_SECONDS = 120


@task()
def wait_for_release(folder: str) -> str:
    """Note who began, wait for the file `release`, note who ended."""
    place = Path(folder)
    with (place / "begun").open("a") as begun:
        begun.write(f"{os.getpid()}\n")
    deadline = time.monotonic() + LONGEST_SECONDS
    while not (place / "release").exists():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.05)
    with (place / "ended").open("a") as ended:
        ended.write(f"{os.getpid()}\n")
    return "done"


@task()
def kill_the_worker(folder: str) -> None:
    """What a task does that fills the memory."""
    with (Path(folder) / "begun").open("a") as begun:
        begun.write(f"{os.getpid()}\n")
    os.kill(os.getpid(), 9)


@task()
def answer(value: str) -> str:
    """Return what was given."""
    return value


@task()
def exit_with_text_that_no_database_holds() -> None:
    """An error with a null character, and one that would end a process that does not look."""
    raise SystemExit("\0")


@task(queue_name="mail")
def answer_from_another_queue() -> str:
    """Return something."""
    return "mail"
