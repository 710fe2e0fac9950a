"""What a second worker brings, and how far the event loop lags while both are busy."""

from __future__ import annotations

import asyncio
import time

import msgspec

from scanning.films import Hand, jpegs, scene_frames
from scanning.pool import Pool


class PoolResult(msgspec.Struct):
    """Frames a second with one and two workers, and the worst lag of a 5 ms ticker on the loop in between."""

    one: float
    two: float
    worst_lag_ms: float

    @property
    def gain(self) -> float:
        return self.two / self.one


def bench_pool(frames: int = 120) -> PoolResult:
    """Reads the same frames with one worker, then two."""
    codes = [("GS1-128", "(01)09506000134352(10)ABC123")]
    film = list(jpegs(scene_frames(codes, 12, 3, Hand(motion=3.0))))
    work = [film[number % len(film)] for number in range(frames)]
    return asyncio.run(_both(work))


async def _both(work: list[bytes]) -> PoolResult:
    lags: list[float] = []
    ticker = asyncio.create_task(_tick(lags))
    rates = []
    for workers in (1, 2):
        async with Pool(workers=workers, waiting=len(work)) as pool:
            await asyncio.gather(*(pool.read(frame, still=False) for frame in work[: 6 * workers]))  # warm
            lags.clear()
            start = time.monotonic()
            await asyncio.gather(*(pool.read(frame, still=False) for frame in work))
            rates.append(len(work) / (time.monotonic() - start))
    worst = max(lags)
    ticker.cancel()
    return PoolResult(rates[0], rates[1], worst * 1e3)


async def _tick(lags: list[float]) -> None:
    while True:
        due = time.monotonic() + 0.005
        await asyncio.sleep(0.005)
        lags.append(time.monotonic() - due)


def table(result: PoolResult) -> str:
    return (
        f"one worker {result.one:.1f} frames/s, two {result.two:.1f} ({result.gain:.2f} times), "
        f"worst event loop lag {result.worst_lag_ms:.1f} ms"
    )
