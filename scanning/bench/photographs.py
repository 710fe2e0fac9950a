"""Reads a folder of photographs with known texts, and pyzbar and zxing-cpp alone beside it in the same run.

The manifest is a JSON list of `{"file", "format", "texts", "negative"}`. Texts are compared as `scanning.comparable`
does: GTINs padded, UPC-E expanded, no brackets or FNC1. Photographs hold codes their manifest does not list (a price
code below an ISBN): a text at another place than the listed one counts as `other`, not as wrong.
"""

from __future__ import annotations

import json
import statistics
import time
from typing import TYPE_CHECKING, Any

import cv2
import msgspec
import numpy as np

from scanning.bench.worn import worn
from scanning.board import box_of
from scanning.engines import zbar, zbar_present, zxing
from scanning.ladder import read
from scanning.symbols import RETAIL, comparable, expand_upce

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from scanning.engines import Grey, Sighting
    from scanning.symbols import Symbol


class Photograph(msgspec.Struct):
    """One line of the manifest, and genuine texts it lacks."""

    file: str
    format: str
    texts: list[str]
    negative: bool = False
    also: list[str] = []


class Score(msgspec.Struct):
    """Counts over the photographs of one symbology."""

    photographs: int = 0
    exact: int = 0
    confirmed: int = 0
    missed: int = 0
    wrong: int = 0
    confirmed_wrong: int = 0
    other: int = 0
    cpu_ms: list[float] = []

    def add(self, other: Score) -> None:
        for name in ("photographs", "exact", "confirmed", "missed", "wrong", "confirmed_wrong", "other"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.cpu_ms = [*self.cpu_ms, *other.cpu_ms]

    @property
    def median_ms(self) -> float:
        return statistics.median(self.cpu_ms) if self.cpu_ms else 0.0

    @property
    def p95_ms(self) -> float:
        return float(np.percentile(self.cpu_ms, 95)) if self.cpu_ms else 0.0


class Result(msgspec.Struct):
    """Scores by reader (`gemba`, `zxing`, `pyzbar`, `union`) and symbology, and what a person should look at."""

    scores: dict[str, dict[str, Score]]
    to_look_at: list[str]

    def overall(self, reader: str, *, negative: bool = False) -> Score:
        total = Score()
        for format_, score in self.scores[reader].items():
            if (format_ == "none") == negative:
                total.add(score)
        return total


def bench_photographs(
    folder: Path, also: dict[str, list[str]] | None = None, worn_seed: int | None = None
) -> Result:
    """Reads every photograph of the manifest as a still, made harder with a `worn_seed`.

    Raises OSError or ValueError for a broken manifest.
    """
    photographs = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=list[Photograph])
    result = Result({name: {} for name in ("gemba", "zxing", "pyzbar", "union")}, [])
    if photographs:  # the first read loads tables that later ones share
        read((folder / photographs[0].file).read_bytes())
    for photograph in photographs:
        photograph.also = (also or {}).get(photograph.file, [])
        data = (folder / photograph.file).read_bytes()
        if worn_seed is not None:
            data = worn(_grey(data), photograph.file, worn_seed)[0]
        _one(data, photograph, result)
    return result


def _grey(data: bytes) -> Grey:
    return np.asarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)


def _one(data: bytes, photograph: Photograph, result: Result) -> None:
    format_ = "none" if photograph.negative else photograph.format
    truths = _truths(photograph)
    reading = read(data)
    score = _score(reading.symbols, truths)
    score.cpu_ms = [reading.cpu_ms]
    result.scores["gemba"].setdefault(format_, Score()).add(score)
    result.to_look_at += [
        f"{photograph.file} ({photograph.format} {photograph.texts}): confirmed {symbol.format} {symbol.text!r}"
        for symbol in reading.symbols
        if symbol.confirmed and not says(symbol) & truths
    ]
    grey = _grey(data)
    alone = {"zxing": _timed(lambda: zxing(grey, full=True, invert=True))}
    alone["pyzbar"] = _timed(lambda: zbar(grey, matrix=True, capped=False))
    for name, (found, cpu_ms) in alone.items():
        score = _score(found, truths)
        score.cpu_ms = [cpu_ms]
        result.scores[name].setdefault(format_, Score()).add(score)
    union = _score([*alone["zxing"][0], *alone["pyzbar"][0]], truths)
    union.cpu_ms = [alone["zxing"][1] + alone["pyzbar"][1]]
    result.scores["union"].setdefault(format_, Score()).add(union)


def _timed(work: Any) -> tuple[list[Sighting], float]:
    start = time.thread_time()
    found = work()
    return found, (time.thread_time() - start) * 1e3


def _truths(photograph: Photograph) -> set[str]:
    return {
        comparable(expand_upce(text) if photograph.format == "UPCE" and len(text) == 8 else text)
        for text in (text.strip() for text in [*photograph.texts, *photograph.also])
    }


def says(symbol: Symbol | Sighting) -> set[str]:
    """Every way a manifest may write a symbol's text: with or without add-on, padding, or Codabar's frame letters."""
    text = symbol.text
    if symbol.format == "UPCE" and len(text) == 8:
        text = expand_upce(text)
    ways = {text}
    if symbol.format in RETAIL:
        ways |= {text + symbol.addon, "0" + text, "0" + text + symbol.addon}
    if symbol.format == "Codabar":
        ways.add(text[1:-1])
    return {comparable(way) for way in ways}


def _score(found: Iterable[Symbol | Sighting], truths: set[str]) -> Score:
    found = list(found)
    right = [one for one in found if says(one) & truths]
    rest = [one for one in found if not says(one) & truths]
    other = [one for one in rest if right and all(_apart(one, good) for good in right)]
    wrong = [one for one in rest if one not in other]
    return Score(
        photographs=1,
        exact=bool(right),
        confirmed=any(getattr(one, "confirmed", False) for one in right),
        missed=bool(truths) and not right and not wrong,
        wrong=bool(wrong),
        confirmed_wrong=any(getattr(one, "confirmed", False) for one in wrong),
        other=bool(other),
    )


def _apart(one: Symbol | Sighting, other: Symbol | Sighting) -> bool:
    """Whether two codes stand at different places; one printed in the middle of another is at a place of its own."""
    a, b = box_of(one.corners), box_of(other.corners)
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    whole = max((a[2] - a[0]) * (a[3] - a[1]), (b[2] - b[0]) * (b[3] - b[1]), 1.0)
    return width <= 0 or height <= 0 or width * height < 0.15 * whole


def load_also(path: Path | None) -> dict[str, list[str]]:
    """Genuine texts a manifest lacks, by file, as a person found them by looking."""
    return dict(json.loads(path.read_text("utf-8"))) if path else {}


def table(result: Result) -> str:
    """The scores as a table for a terminal."""
    lines = [
        (
            f"{'':12}{'n':>5}{'exact':>7}{'conf.':>7}{'missed':>8}{'wrong':>7}{'c.wrong':>9}{'other':>7}"
            f"{'ms med':>9}{'p95':>8} | {'zxing':>6}{'pyzbar':>8}{'union':>7}"
        )
    ]
    rows = [
        (name, {reader: scores.get(name, Score()) for reader, scores in result.scores.items()})
        for name in sorted(result.scores["gemba"], key=lambda name: (name == "none", name))
    ]
    rows.append(("overall", {reader: result.overall(reader) for reader in result.scores}))
    for name, scores in rows:
        ours = scores["gemba"]
        lines.append(
            f"{name:12}{ours.photographs:5}{ours.exact:7}{ours.confirmed:7}{ours.missed:8}{ours.wrong:7}"
            f"{ours.confirmed_wrong:9}{ours.other:7}{ours.median_ms:9.1f}{ours.p95_ms:8.1f} | "
            f"{scores['zxing'].exact:6}{scores['pyzbar'].exact:8}{scores['union'].exact:7}"
        )
    every = {reader: Score() for reader in result.scores}
    for reader, scores in result.scores.items():
        for score in scores.values():
            every[reader].add(score)
    lines += [
        "",
        "CPU ms over all photographs, median and p95: "
        + ", ".join(
            f"{reader} {score.median_ms:.1f} / {score.p95_ms:.1f}" for reader, score in every.items()
        ),
    ]
    ours = result.overall("gemba")
    if ours.photographs:
        lines.append(
            f"exact {ours.exact / ours.photographs:.1%}, exact and confirmed {ours.confirmed / ours.photographs:.1%}, "
            f"confirmed wrong {ours.confirmed_wrong}, confirmed on negatives "
            f"{result.overall('gemba', negative=True).confirmed_wrong}"
        )
    if not zbar_present():
        lines.append("libzbar was not found: pyzbar's columns are empty and reading ran on zxing-cpp alone.")
    if result.to_look_at:
        lines += ["", "Confirmed, but not in the manifest; look at these:", *result.to_look_at]
    return "\n".join(lines)
