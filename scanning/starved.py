"""Tells a worker that hangs from one that other processes keep from its core."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import msgspec

_STATE, _USER, _SYSTEM = 0, 11, 12  # fields of /proc/PID/stat behind the name, see proc_pid_stat(5)
HALF: Final = 0.5


class Effort(msgspec.Struct, frozen=True):
    """What a process did so far: CPU seconds, and whether it wants to go on at this moment."""

    cpu_s: float
    runnable: bool


def effort(pid: int | None) -> Effort | None:
    """A process's effort; None where the system does not tell, or when it is gone."""
    try:
        said = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        ticks = int(said[_USER]) + int(said[_SYSTEM])
    except (OSError, IndexError, ValueError):
        return None
    return Effort(ticks / os.sysconf("SC_CLK_TCK"), runnable=said[_STATE] == b"R")


def starved(before: Effort | None, now: Effort | None, due_s: float) -> bool:
    """Whether a process that should be done wants to go on and was given less than half of the CPU it may take."""
    return before is not None and now is not None and now.runnable and now.cpu_s - before.cpu_s < HALF * due_s
