"""The solving process: reads problems from its input, a line each, and tells of better plans and the answer on its output.

`python -m backend.floor.wms.waves.solver_process`, started by the worker. It alone compiles kernels (numba) and proves
plans (OR-Tools); it works at low priority, and ends when its input does.
"""

import os
import sys
import threading
from queue import Empty, SimpleQueue
from typing import BinaryIO

import msgspec

from backend.floor.routing import accelerate, warm_up
from backend.floor.wms.waves.problem import Asked, Better, Failed, Problem, Ready, Said, Stop
from backend.floor.wms.waves.solving import solve

_LOW_PRIORITY = 10
_IDLE = 60.0
"""Seconds without a problem after which the kernels are compiled all the same, so that the first wave finds them."""


class _Line:
    """Both ends of the talk with the worker."""

    def __init__(self, told: BinaryIO, said: BinaryIO) -> None:
        self._told, self._said = told, said
        self.problems: SimpleQueue[Problem] = SimpleQueue()
        self._stopped: set[str] = set()

    def hear(self) -> None:
        """Takes in what the worker asks; ends the process when the worker is gone."""
        decode = msgspec.json.Decoder(Asked).decode
        for line in self._told:
            asked = decode(line)
            if isinstance(asked, Stop):
                self._stopped.add(asked.id)
            else:
                self.problems.put(asked)
        os._exit(0)

    def say(self, what: Said) -> None:
        """One line to the worker."""
        self._said.write(msgspec.json.encode(what) + b"\n")
        self._said.flush()

    def is_stopped(self, problem: str) -> bool:
        """Whether the worker has had enough of a problem."""
        return problem in self._stopped


def _answer(line: _Line, problem: Problem) -> None:
    def tell(share: float, metres: float, batches: list[list[str]]) -> None:
        line.say(Better(problem.id, share, metres, batches))

    try:
        line.say(solve(problem, tell=tell, cancelled=lambda: line.is_stopped(problem.id)))
    except Exception as error:  # noqa: BLE001  whatever it is, the worker must hear of it and go on
        line.say(Failed(problem.id, f"{type(error).__name__}: {error}"[:500]))


def main() -> None:
    """Answers one problem after another."""
    os.nice(_LOW_PRIORITY)
    said = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints must not get between the lines
    line = _Line(sys.stdin.buffer, said)
    threading.Thread(target=line.hear, daemon=True).start()
    try:
        first = line.problems.get(timeout=_IDLE)
        line.problems.put(first)
    except Empty:
        pass
    accelerate(rounds=False)
    warm_up()
    line.say(Ready())
    while True:
        _answer(line, line.problems.get())


if __name__ == "__main__":
    main()
