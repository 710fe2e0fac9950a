"""The state of one reading on its way up the ladder: the picture, what was seen where, and what it cost."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec
import numpy as np

from scanning.board import Board
from scanning.frames import decode_whole
from scanning.localise import enlarged, upright
from scanning.looks import Look
from scanning.symbols import Reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanning.board import Box, Find
    from scanning.confirm import Rules
    from scanning.engines import Grey, Sighting
    from scanning.frames import Decoded
    from scanning.localise import Crop, Place
    from scanning.looks import Family
    from scanning.symbols import Corners

T = TypeVar("T")
NEARLY_WHOLE: Final = 0.95  # of a picture's size, at which nothing is gained by its other pixels
WIDE_ENOUGH: Final = 0.8  # of the width of a crop
FINAL_DOUBTS: Final = frozenset({"itf-length", "too-short", "half-a-code"})  # no further look can lift these


class Climb:
    """Rungs note what they see here; `settled` says when to stop."""

    def __init__(
        self, formats: frozenset[str] | None, expected: frozenset[str], budget_ms: float, rules: Rules
    ) -> None:
        self.formats = formats
        self.budget_ms = budget_ms
        self.board = Board(expected, rules)
        self.grey: Grey = np.zeros((1, 1), np.uint8)
        self.scale = 1.0
        self._data = b""
        self._whole: Grey | None = None
        self.frame = 0
        self.places: list[Place] | None = None
        self.crops: list[Crop] = []
        self.checked: set[tuple[str, tuple[tuple[int, int], ...]]] = (
            set()
        )  # claims already laid over the bars
        self.cut_out = False  # every bar-like place has been looked at by itself
        self.stages: dict[str, float] = {}
        self._began = time.thread_time()

    def show(self, decoded: Decoded, data: bytes) -> None:
        """The picture to read, and its bytes to come back to for every pixel."""
        self.grey, self.scale = decoded.grey, decoded.scale
        self._whole, self._data = decoded.whole, data

    def cut(
        self, place: Place, *, width: int = 1000, most_scale: float = 4.0, rows: int | None = None
    ) -> Crop:
        """The place cut out upright, or so many rows of its middle: bars say the same in every row.

        A small place of a shrunk picture is cut from all the pixels that were taken of it.
        """
        if self.scale > NEARLY_WHOLE or place.along > WIDE_ENOUGH * width:
            return upright(self.grey, place, width=width, most_scale=most_scale, rows=rows)
        whole, by = self.whole()
        crop = upright(whole, enlarged(place, by), width=width, most_scale=most_scale, rows=rows)
        return msgspec.structs.replace(crop, back=crop.back / by, place=place, scale=crop.scale * by)

    def whole(self) -> tuple[Grey, float]:
        """Every pixel that was taken, and how many times as large that is as the picture searched."""
        if self._whole is None:
            self._whole = decode_whole(self._data)
        if self._whole is None:  # accepted shrunk, broken in whole: what is there must do
            self._whole = self.grey
        return self._whole, self._whole.shape[1] / self.grey.shape[1]

    def spent_ms(self) -> float:
        return (time.thread_time() - self._began) * 1e3

    def in_time(self) -> bool:
        return self.spent_ms() < self.budget_ms

    def timed(self, stage: str, work: Callable[[], T]) -> T:
        """Runs a stage and books its CPU milliseconds."""
        start = time.thread_time()
        try:
            return work()
        finally:
            spent = (time.thread_time() - start) * 1e3
            self.stages[stage] = round(self.stages.get(stage, 0.0) + spent, 3)

    def wants(self, format_: str) -> bool:
        return self.formats is None or format_ in self.formats

    def note(self, sighting: Sighting, family: Family, corners: Corners | None = None) -> Find:
        """Books one sighting; `corners` moves it from a variant's pixels to the picture's."""
        moved = sighting if corners is None else msgspec.structs.replace(sighting, corners=corners)
        return self.board.note(moved, Look(moved.engine, family, self.frame))

    def unconfirmed(self) -> list[Find]:
        return [find for find in self.board.finds if not self.board.symbol(find).confirmed]

    def settled(self) -> bool:
        """Whether everything that looks like a code has a confirmed text."""
        symbols = self.board.symbols()
        if not symbols or not all(symbol.confirmed or symbol.doubt in FINAL_DOUBTS for symbol in symbols):
            return False
        return self.places is not None and (self.cut_out or not self.unread())

    def unread(self) -> list[Place]:
        """The bar-like places no confirmed symbol explains."""
        boxes = [find.box for find in self.board.finds if self.board.symbol(find).confirmed]
        return [
            place for place in self.places or [] if not any(_explains(box, place.x, place.y) for box in boxes)
        ]

    def is_filled(self) -> bool:
        """Whether one confirmed code explains bars anywhere in the picture, so that a search could find nothing new."""
        height, width = self.grey.shape
        confirmed = [find.box for find in self.board.finds if self.board.symbol(find).confirmed]
        return any(_explains(box, 0, 0) and _explains(box, width, height) for box in confirmed)

    def reading(self, width: int, height: int) -> Reading:
        """What was seen so far, in pixels of the picture as sent."""
        by = 1 / self.scale
        symbols = tuple(
            msgspec.structs.replace(
                symbol,
                corners=tuple((round(x * by, 1), round(y * by, 1)) for x, y in symbol.corners),
            )
            for symbol in self.board.symbols()
        )
        spent = self.spent_ms()
        return Reading(
            symbols=symbols,
            width=width,
            height=height,
            stages=self.stages,
            tried=tuple(self.stages),
            cpu_ms=round(spent, 3),
            out_of_time=spent > self.budget_ms,
        )


def _explains(box: Box, x: float, y: float) -> bool:
    """Whether bars whose middle is at a point are (part of) the code in the box: it lies in or close around the code."""
    reach = 0.35 * max(box[2] - box[0], box[3] - box[1])
    return box[0] - reach < x < box[2] + reach and box[1] - reach < y < box[3] + reach
