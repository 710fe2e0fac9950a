"""The worker's end of the solving process: started when first needed, asked one problem at a time, started anew if it dies."""

import asyncio
import contextlib
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable

import msgspec
import structlog

from backend.floor.wms.waves.problem import Better, Failed, Problem, Ready, Said, Solved, Stop

log = structlog.get_logger()

_MODULE = "backend.floor.wms.waves.solver_process"
_LONGEST_LINE = 8 * 1024 * 1024
_POLL = 0.3
_QUIET = Ready()

Hear = Callable[[Better | None], Awaitable[bool]]


class SolverLost(Exception):
    """The solving process ended or could not answer; the problem may be asked again."""


class Solver:
    """One solving process. Not for use by two at once: `is_free` says whether it may be asked."""

    def __init__(self) -> None:
        self._process: Process | None = None
        self._said: asyncio.Queue[Said | None] = asyncio.Queue()
        self._reading: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        self.is_ready = False

    @property
    def is_free(self) -> bool:
        """Whether it would begin at once: its kernels are compiled and nobody has it."""
        return self.is_ready and not self._turn.locked()

    async def start(self) -> None:
        """Starts the process, unless it runs. It compiles its kernels when first asked or after a quiet minute; then they are on disk."""
        if self._process is not None and self._process.returncode is None:
            return
        self.is_ready = False
        self._said = asyncio.Queue()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", _MODULE, stdin=PIPE, stdout=PIPE, limit=_LONGEST_LINE
        )
        self._reading = asyncio.create_task(self._read(self._process, self._said))

    async def stop(self) -> None:
        """Ends the process."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        if self._reading is not None:
            await self._reading

    async def solve(self, problem: Problem, hear: Hear) -> Solved:
        """The answer to a problem. `hear` is told of better plans, and of None every moment without news; when it returns
        False the search ends and the best plan so far is the answer.

        Raises:
            SolverLost: the process ended, or failed at this problem.
        """
        async with self._turn:
            await self.start()
            self._send(problem)
            while True:
                try:
                    said = await asyncio.wait_for(self._said.get(), _POLL)
                except TimeoutError:
                    said = _QUIET
                if said is None:
                    raise SolverLost("The solving process ended.")
                if isinstance(said, Failed) and said.id == problem.id:
                    raise SolverLost(said.why)
                if isinstance(said, Solved) and said.id == problem.id:
                    return said
                better = said if isinstance(said, Better) and said.id == problem.id else None
                if not await hear(better):
                    self._send(Stop(problem.id))

    def _send(self, asked: Problem | Stop) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(msgspec.json.encode(asked) + b"\n")

    async def _read(self, process: Process, said: asyncio.Queue[Said | None]) -> None:
        decode = msgspec.json.Decoder(Said).decode
        assert process.stdout is not None
        async for line in process.stdout:
            told = decode(line)
            self.is_ready = True
            said.put_nowait(told)
        code = await process.wait()
        said.put_nowait(None)
        self.is_ready = False
        if process is self._process:
            log.warning("solver_ended", code=code)
