"""What runs inside a worker process: limits first, then frame after frame from a pipe."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import TYPE_CHECKING

import msgspec

from scanning.confirm import Rules  # noqa: TC001  (msgspec resolves annotations when it runs)

if TYPE_CHECKING:
    from multiprocessing.connection import Connection


class Task(msgspec.Struct, frozen=True):
    """One frame to read, as it crosses the pipe."""

    data: bytes
    formats: list[str] | None
    expected: list[str] | None
    still: bool
    budget_ms: float
    rules: Rules


def serve(pipe: Connection, memory_mb: int) -> None:
    """Answers every task on the pipe with a reading until the other end closes. An empty message asks: ready?"""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when to stop
    _limit(memory_mb)
    from scanning.ladder import read  # here, so that the limits stand before any decoder is loaded

    warm = msgspec.json.encode("ready")
    while True:
        try:
            message = pipe.recv_bytes()
        except (EOFError, OSError):
            return
        if message:
            task = msgspec.msgpack.decode(message, type=Task)
            reading = read(
                task.data,
                formats=task.formats,
                expected=task.expected,
                still=task.still,
                budget_ms=task.budget_ms,
                rules=task.rules,
            )
            answer = msgspec.msgpack.encode(reading)
        else:
            answer = warm
        with contextlib.suppress(BrokenPipeError):
            pipe.send_bytes(answer)


def _limit(memory_mb: int) -> None:
    """One thread, a cap on memory, and a cap on what OpenCV may decode."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"] = str(13_000_000)
    try:
        import resource
    except ImportError:  # not on every system
        return
    size = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
