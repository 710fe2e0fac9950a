"""One process's share of reading workers, started when a device first asks for its labels; the API itself never decodes a picture."""

import asyncio
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Final

from backend.floor.scanning.schemas import EyesHealth, Seen, SeenCode, SiteLabels
from backend.kernel.problems import TooMany

if TYPE_CHECKING:
    from scanning import Reading, Symbol
    from scanning.pool import Pool

WORKERS: Final = 1
STILL_MS: Final = 1_500.0  # CPU, for a photograph of thirty labels; most are done in a twentieth of it
LIVE_MS: Final = 150.0
_BUSY: Final = "Too many pictures at once; try again in a second."


class Eyes:
    """The workers of this API process."""

    def __init__(self) -> None:
        self._pool: Pool | None = None
        self._starting = asyncio.Lock()

    async def pool(self) -> "Pool":
        """The workers; started by the first who asks, and a frame waits until they are."""
        async with self._starting:
            if self._pool is None:
                await asyncio.to_thread(import_module, "scanning.pool")  # its engines load off the loop
                from scanning.pool import Pool

                self._pool = Pool(workers=WORKERS)
                self._pool.begin()
        return self._pool

    def admit(self) -> None:
        """Turns a frame away before its bytes are taken in, when more frames wait already than can be read soon.

        Raises:
            TooMany: so it is.
        """
        if self._pool is not None and self._pool.full:
            raise TooMany(_BUSY, retry_after=1)

    async def read(self, data: bytes, *, still: bool, expected: Sequence[str], labels: SiteLabels) -> Seen:
        """What the frame shows of the symbologies that count.

        Raises:
            TooMany: more frames wait than can be read soon.
        """
        from scanning import Reading, Refusal, Rules
        from scanning.header import check
        from scanning.pool import PoolBusy

        head = check(data)
        if isinstance(head, Refusal):  # what is no picture takes nobody's turn
            return told(Reading(error=head))
        pool = await self.pool()
        try:
            reading = await pool.read(
                data,
                still=still,
                budget_ms=STILL_MS if still else LIVE_MS,
                expected=expected or None,
                formats=labels.formats,
                rules=Rules(itf_lengths=frozenset(labels.itf_lengths)),
            )
        except PoolBusy as busy:
            raise TooMany(_BUSY, retry_after=1) from busy
        return told(reading)

    async def has_zbar(self) -> bool:
        """Whether the second engine is there; it is loaded once, off the loop."""
        from scanning import zbar_present

        return await asyncio.to_thread(zbar_present)

    def health(self) -> EyesHealth:
        """How the workers are."""
        if self._pool is None:
            return EyesHealth(
                started=False, workers=WORKERS, alive=0, waiting=0, frames=0, killed=0, zbar=False
            )
        now = self._pool.health()
        return EyesHealth(
            started=True,
            workers=now.workers,
            alive=now.alive,
            waiting=now.waiting,
            frames=now.frames,
            killed=now.killed,
            zbar=now.zbar,
        )

    async def close(self) -> None:
        """Stops the workers."""
        if self._pool is not None:
            await self._pool.close()


def seen_code(symbol: "Symbol") -> SeenCode:
    """One code as a device is told it."""
    return SeenCode(
        text=symbol.text,
        format=symbol.format,
        symbology_id=symbol.symbology_id,
        corners=list(symbol.corners),
        confirmed=symbol.confirmed,
        expected=symbol.expected,
        doubt=symbol.doubt,
    )


def told(reading: "Reading") -> Seen:
    """A reading as a device is told it; GS and the symbology identifier are kept."""
    return Seen(
        codes=[seen_code(symbol) for symbol in reading.symbols],
        error=reading.error.reason if reading.error else "",
        sentence=reading.error.sentence if reading.error else "",
        width=reading.width,
        height=reading.height,
        cpu_ms=round(reading.cpu_ms, 1),
    )
