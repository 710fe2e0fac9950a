"""How a request's cost grows with the ledger: short runs on the small and the large one by turns.

A shared machine halves its speed within minutes, and a large ledger takes minutes to make: two figures taken one after the other say
more of the machine than of the ledger. Taken by turns, its moods fall on both alike.
"""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from statistics import median
from typing import Final, NamedTuple

from backend.bench import load
from backend.bench.ground import Ground, apis

TURNS: Final = 9
SECONDS: Final = 2.0
CLIENTS: Final = 8


@dataclass(frozen=True)
class Lived:
    """A ground with so many moves in its ledger, and what is asked of it."""

    moves: int
    base: Ground
    request: load.Request


class _Turn(NamedTuple):
    """Milliseconds of one request."""

    app: float
    postgres: float
    p50: float
    least_app: float


async def tell_growth(every: Sequence[Lived], tell: Callable[[str], None]) -> None:
    """Prints what a request costs at the largest ledger against the smallest: CPU of app and PostgreSQL, time; medians of `TURNS`."""
    few, *_, many = sorted(every, key=lambda lived: lived.moves)
    turns: dict[int, list[_Turn]] = {few.moves: [], many.moves: []}
    with ExitStack() as stack:
        served = [(lived, *stack.enter_context(apis(lived.base, 1))) for lived in (few, many)]
        for lived, ports, pids in served:
            await load.run(ports, lived.request, clients=CLIENTS, seconds=SECONDS, pids=pids)
        for _ in range(TURNS):
            for lived, ports, pids in served:
                before = lived.base.postgres_cpu()
                got = await load.run(ports, lived.request, clients=CLIENTS, seconds=SECONDS, pids=pids)
                postgres = (lived.base.postgres_cpu() - before) * 1000 / got.requests
                turns[lived.moves].append(_Turn(got.cpu_ms, postgres, got.median_ms, got.least_cpu_ms))
    tell(f"\nBy turns, {CLIENTS} clients, medians of {TURNS} runs of {SECONDS:.0f} s; {load.yardstick()}")
    for column, title in enumerate(("app CPU", "PostgreSQL CPU", "p50")):
        small, large = (median(turn[column] for turn in turns[lived.moves]) for lived in (few, many))
        tell(
            f"{title:15}{small:6.2f} ms at {few.moves:,} moves, {large:6.2f} ms at {many.moves:,}: growth {large / small:.2f}×"
        )
    least = (min(turn.least_app for turn in turns[lived.moves]) for lived in (few, many))
    tell("app CPU in the second that cost least: " + " and ".join(f"{one:.2f} ms" for one in least))
