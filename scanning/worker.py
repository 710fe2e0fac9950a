"""What runs inside a worker process: limits first, then frame after frame from a pipe."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import TYPE_CHECKING, Final

import msgspec

from scanning.confirm import Rules  # noqa: TC001  (msgspec resolves annotations when it runs)

if TYPE_CHECKING:
    from multiprocessing.connection import Connection


NICER: Final = 5  # reading fills the cores; answering must not wait for it


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

    _warm_up()
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


def _warm_up() -> None:
    """Loads the engines and draws the tables that the first frame would wait for."""
    from scanning.bars.align import BLURS
    from scanning.bars.layouts import LAYOUTS, templates
    from scanning.engines import zbar_present

    zbar_present()
    for kind in LAYOUTS:
        for blur in BLURS:
            templates(kind, blur)


def _limit(memory_mb: int) -> None:
    """One thread, a cap on memory and on what OpenCV may decode, and the loop of whoever asked goes first."""
    with contextlib.suppress(AttributeError, OSError):  # not on every system
        os.nice(NICER)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    os.environ["OPENCV_IO_MAX_IMAGE_PIXELS"] = str(13_000_000)
    try:
        import resource
    except ImportError:  # not on every system
        return
    size = memory_mb * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
