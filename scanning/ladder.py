"""Climbs from the cheapest look at a picture to the dearest, until everything in it is confirmed or time is up."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np

from scanning import engines, gs1, header
from scanning.confirm import Family, Look, Rules, judge, votes
from scanning.symbols import RETAIL, Reading, Refusal, Symbol, comparable, expected_keys, gtin14, key_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanning.engines import Grey, Sighting
    from scanning.symbols import Corners

MAX_PIXELS_STILL: Final = 2_500_000
MAX_PIXELS_LIVE: Final = 1_300_000

cv2.setNumThreads(1)


class _Place:
    """One text at one place of the picture, with every look that saw it."""

    def __init__(self, sighting: Sighting) -> None:
        self.sighting = sighting
        self.looks: list[Look] = []
        self.box = _box(sighting.corners)


def read(
    data: bytes,
    *,
    formats: Iterable[str] | None = None,
    expected: Iterable[str] | None = None,
    still: bool = True,
    budget_ms: float = 600,
    rules: Rules = Rules(),  # noqa: B008  (frozen)
) -> Reading:
    """Reads every code in a JPEG, PNG or WebP.

    Args:
        data: The picture's bytes.
        formats: Symbologies to look for (`scanning.FORMATS`); None looks for all the engines know.
        expected: Texts the open task waits for; a match needs fewer looks to be confirmed.
        still: A still may take more pixels and dearer looks than a live frame.
        budget_ms: CPU milliseconds after which no further stage starts.
        rules: What the site allows, such as lengths of interleaved 2 of 5.

    Returns:
        What was found. A bad picture is a `Reading` with an `error`; nothing is raised for it.
    """
    head = header.check(data)
    if isinstance(head, Refusal):
        return Reading(error=head)
    climb = _Climb(
        frozenset(formats) if formats is not None else None, expected_keys(expected), budget_ms, rules
    )
    grey, scale = climb.timed("decode", lambda: decode(data, head, still=still))
    if grey is None:
        return Reading(error=Refusal("not-decodable", "The picture is damaged. Take it again."))
    climb.scale = scale
    climb.look("fast", "plain", lambda: engines.zxing(grey, climb.formats))
    if not climb.settled():
        climb.look("full", "full", lambda: engines.zxing(grey, climb.formats, full=True, invert=True))
    if not climb.settled():
        climb.look("zbar", "plain", lambda: engines.zbar(grey, climb.formats))
    height, width = grey.shape
    return climb.reading(round(width / scale), round(height / scale))


def decode(data: bytes, head: header.Header, *, still: bool) -> tuple[Grey | None, float]:
    """The picture in grey, turned as its camera held it, at most 2.5 megapixels, and its scale to the original."""
    limit = MAX_PIXELS_STILL if still else MAX_PIXELS_LIVE
    pixels = head.width * head.height
    flag = cv2.IMREAD_GRAYSCALE
    if head.kind == "jpeg" and pixels > 4 * limit:
        flag = cv2.IMREAD_REDUCED_GRAYSCALE_2
    try:
        grey = cv2.imdecode(np.frombuffer(data, np.uint8), flag)
    except cv2.error:
        return None, 1.0
    if grey is None or grey.size == 0:
        return None, 1.0
    if grey.size > limit:
        ratio = (limit / grey.size) ** 0.5
        grey = cv2.resize(grey, None, fx=ratio, fy=ratio, interpolation=cv2.INTER_AREA)
    scale = float((grey.size / pixels) ** 0.5)
    return np.ascontiguousarray(grey, dtype=np.uint8), scale


class _Climb:
    """The state of one reading: what was seen where, and what it cost."""

    def __init__(
        self, formats: frozenset[str] | None, expected: frozenset[str], budget_ms: float, rules: Rules
    ) -> None:
        self.formats = formats
        self.expected = expected
        self.rules = rules
        self.budget_ms = budget_ms
        self.scale = 1.0
        self.began = time.thread_time()
        self.stages: dict[str, float] = {}
        self.places: list[_Place] = []

    def timed(self, stage: str, work):  # type: ignore[no-untyped-def]
        start = time.thread_time()
        try:
            return work()
        finally:
            self.stages[stage] = round((time.thread_time() - start) * 1e3, 3)

    def look(self, stage: str, family: Family, work) -> None:  # type: ignore[no-untyped-def]
        if (time.thread_time() - self.began) * 1e3 > self.budget_ms:
            return
        for sighting in self.timed(stage, work):
            self._note(sighting, Look(sighting.engine, family))

    def _note(self, sighting: Sighting, look: Look) -> None:
        key, box = key_of(sighting.format, sighting.text), _box(sighting.corners)
        for place in self.places:
            if key_of(place.sighting.format, place.sighting.text) == key and _overlap(place.box, box):
                place.looks.append(look)
                return
        place = _Place(sighting)
        place.looks.append(look)
        self.places.append(place)

    def settled(self) -> bool:
        symbols = self._symbols()
        return bool(symbols) and all(symbol.confirmed for symbol in symbols)

    def _symbols(self) -> list[Symbol]:
        return [self._symbol(place) for place in self.places]

    def _symbol(self, place: _Place) -> Symbol:
        seen = place.sighting
        rival = max(
            (votes(p.looks) for p in self.places if p is not place and _overlap(p.box, place.box)),
            default=0.0,
        )
        message = gs1.parse(seen.text, symbology_id=seen.symbology_id)
        wanted = comparable(seen.text) in self.expected
        verdict = judge(
            seen.format, seen.text, place.looks, rival_votes=rival, expected=wanted, rules=self.rules
        )
        return Symbol(
            text=seen.text,
            raw=seen.raw,
            format=seen.format,
            symbology_id=seen.symbology_id,
            corners=_scaled(seen.corners, 1 / self.scale),
            engines=tuple(sorted({look.engine for look in place.looks})),
            votes=verdict.votes,
            confirmed=verdict.confirmed,
            expected=wanted,
            doubt=verdict.doubt,
            addon=seen.addon,
            gtin=gtin14(seen.format, seen.text)
            if seen.format in RETAIL
            else (message.gtin or "" if message else ""),
            gs1=message,
        )

    def reading(self, width: int, height: int) -> Reading:
        cpu_ms = (time.thread_time() - self.began) * 1e3
        return Reading(
            symbols=tuple(self._symbols()),
            width=width,
            height=height,
            stages=self.stages,
            tried=tuple(self.stages),
            cpu_ms=round(cpu_ms, 3),
            out_of_time=cpu_ms > self.budget_ms,
        )


def _box(corners: Corners) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]


def _scaled(corners: Corners, by: float) -> Corners:
    return tuple((round(x * by, 1), round(y * by, 1)) for x, y in corners)  # type: ignore[return-value]
