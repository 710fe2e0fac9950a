"""Tells what goes on, with the seconds since the command, and runs programs whose output only matters when they fail."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bootstrap.places import LOGS, ROOT, environment

STARTED = "GEMBA_STARTED"  # when the person's command began (monotonic seconds), for the programs that go on with it
START = float(os.environ.setdefault(STARTED, str(time.monotonic())))
_lock = threading.Lock()
_programs: set[subprocess.Popen[bytes]] = set()


class Failed(Exception):
    """A step did not work; the text tells what to do about it."""


def say(text: str) -> None:
    """One line of progress, safe to call from several threads."""
    with _lock:
        sys.stdout.write(f"[{time.monotonic() - START:5.1f} s] {text}\n")
        sys.stdout.flush()


@contextmanager
def step(text: str) -> Iterator[None]:
    """Says what begins, and how long it took."""
    say(f"{text} …")
    begun = time.monotonic()
    yield
    say(f"{text}: done in {time.monotonic() - begun:.1f} s")


def quiet(
    name: str, command: Sequence[str | Path], *, cwd: Path = ROOT, env: Mapping[str, str] | None = None
) -> None:
    """Runs a program with its output in a log file.

    Raises:
        Failed: it is missing or exits with an error; holds the end of its output.
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{name}.log"
    try:
        with log.open("wb") as output:
            program = subprocess.Popen(
                [str(part) for part in command],
                cwd=cwd,
                env=dict(env or environment()),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            _programs.add(program)
            code = program.wait()
            _programs.discard(program)
    except OSError as error:
        raise Failed(f"{command[0]} cannot be run: {error}") from error
    if code:
        raise Failed(f"{name} failed (exit {code}); from {log}:\n{_extract(log)}")


def _extract(log: Path) -> str:
    """The first and the last lines: some programs say the reason first, others last."""
    lines = log.read_text(errors="replace").splitlines()
    return "\n".join(lines if len(lines) <= 50 else [*lines[:20], "…", *lines[-30:]])


def end_programs() -> None:
    """Asks every program that runs for us to end."""
    for program in list(_programs):
        program.terminate()
