"""What a second worker brings, and how far the event loop lags while both are busy.

Rounds of one and two workers alternate over the same frames. Whatever else the machine does only slows a round, so the
best round of each tells what the pool can do; the worst lag of every round is told as well.
"""

from __future__ import annotations

import asyncio
import os
import time
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from scanning.bench.stress import stored
from scanning.films import Hand, jpegs, scene_frames
from scanning.pool import Pool

if TYPE_CHECKING:
    from collections.abc import Sequence

ROUNDS: Final = 3
TICK_S: Final = 0.005
LARGE_FRAMES: Final = 6


class PoolResult(msgspec.Struct):
    """Frames a second with one and two workers in the best of the rounds, and lags of a 5 ms ticker on the loop.

    `lag_ms` is the worst in the quietest round of two workers, `worst_lag_ms` in any round; `large_lag_ms` while photographs
    of `large_mb` megabytes go to the workers. `load` is what waited for a core when the bench began.
    """

    one: float
    two: float
    lag_ms: float
    worst_lag_ms: float
    large_lag_ms: float
    large_mb: float
    load: float

    @property
    def gain(self) -> float:
        return self.two / self.one


def bench_pool(frames: int = 40, rounds: int = ROUNDS) -> PoolResult:
    """Reads the same frames with one worker and with two, in turn."""
    codes = [("GS1-128", "(01)09506000134352(10)ABC123")]
    film = list(jpegs(scene_frames(codes, 12, 3, Hand(motion=3.0))))
    work = [film[number % len(film)] for number in range(frames)]
    return asyncio.run(_both(work, _large(), rounds))


def _large() -> bytes:
    """A photograph of 12 megapixels full of grain, about as heavy as one may be."""
    grain = np.random.default_rng(5).integers(0, 96, (3000, 4000)).astype(np.uint8)
    return stored(grain, 50)


async def _both(work: list[bytes], large: bytes, rounds: int) -> PoolResult:
    load = os.getloadavg()[0]
    lags: list[float] = []
    ticker = asyncio.create_task(_tick(lags))
    best, quietest, worst = {1: 0.0, 2: 0.0}, float("inf"), 0.0
    async with Pool(workers=1, waiting=len(work)) as one, Pool(workers=2, waiting=len(work)) as two:
        await asyncio.gather(*(_rate(pool, work[: 6 * pool.size]) for pool in (one, two)))  # warm
        for _ in range(rounds):
            for pool in (one, two):
                lags.clear()
                best[pool.size] = max(best[pool.size], await _rate(pool, work))
                worst = max(worst, *lags)
            quietest = min(quietest, max(lags))
        lags.clear()
        await _rate(two, [large] * LARGE_FRAMES)
    ticker.cancel()
    return PoolResult(
        one=best[1],
        two=best[2],
        lag_ms=quietest * 1e3,
        worst_lag_ms=worst * 1e3,
        large_lag_ms=max(lags) * 1e3,
        large_mb=len(large) / 1e6,
        load=load,
    )


async def _rate(pool: Pool, work: Sequence[bytes]) -> float:
    """Frames a second over these frames."""
    start = time.monotonic()
    await asyncio.gather(*(pool.read(frame, still=False, budget_ms=150) for frame in work))
    return len(work) / (time.monotonic() - start)


async def _tick(lags: list[float]) -> None:
    while True:
        due = time.monotonic() + TICK_S
        await asyncio.sleep(TICK_S)
        lags.append(time.monotonic() - due)


def table(result: PoolResult) -> str:
    return (
        f"one worker {result.one:.1f} frames/s, two {result.two:.1f} ({result.gain:.2f} times); "
        f"event loop lag at most {result.lag_ms:.1f} ms in the quietest round, {result.worst_lag_ms:.1f} in any, "
        f"{result.large_lag_ms:.1f} with photographs of {result.large_mb:.1f} MB; load before: {result.load:.1f}"
    )
