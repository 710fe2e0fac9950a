"""Twelve films as a phone would send them at 10 frames a second: time to the first confirmed read, and wrong reads."""

from __future__ import annotations

import statistics
from typing import Final

import msgspec

from scanning.bench.photographs import says
from scanning.bench.stress import texts
from scanning.films import Hand, jpegs, scene_frames
from scanning.ladder import read
from scanning.session import Session
from scanning.symbols import comparable

FPS: Final = 10
FILMS: Final[dict[str, tuple[str, int, Hand]]] = {
    "steady": ("GS1-128", 1, Hand()),
    "out of focus": ("EAN13", 1, Hand(blur=2.6)),
    "focusing": ("Code128", 1, Hand(blur=1.8, motion=3.0)),
    "hasty hand": ("GS1-128", 1, Hand(motion=7.0, shake=40.0)),
    "from afar": ("Code128", 1, Hand(module=1.5, module_end=2.6)),
    "far 2D": ("DataMatrix", 1, Hand(module=2.2, module_end=4.0)),
    "glare": ("EAN13", 1, Hand(glare=0.9, module=3.5, module_end=3.5)),
    "turning": ("Code128", 1, Hand(turn=30.0, turn_end=75.0)),
    "tilted": ("ITF", 1, Hand(tilt=50.0, module=3.0)),
    "damaged": ("Code128", 1, Hand(damage=0.6)),
    "curved can": ("EAN13", 1, Hand(curve=1.1, module=4.0, module_end=4.0)),
    "many": ("EAN13", 6, Hand(module=2.2, module_end=2.2, columns=2)),
}


class FilmResult(msgspec.Struct):
    """`first_s` is None when the film ended without a confirmed right read; `all_s` is when every code was read."""

    name: str
    code: str
    first_s: float | None
    all_s: float | None
    wrong: int
    cpu_ms: float


def bench_films(seconds: float = 3.0, names: tuple[str, ...] | None = None) -> list[FilmResult]:
    """Reads every film live, each frame on its own and votes over frames by a session."""
    return [
        _film(name, seconds, number) for number, name in enumerate(FILMS) if names is None or name in names
    ]


def _film(name: str, seconds: float, seed: int) -> FilmResult:
    code, count, hand = FILMS[name]
    codes = [(code, text) for text in texts(code, count, seed=seed)]
    waiting = {comparable(text) for _, text in codes}
    every = frozenset(waiting)
    session, result = Session(), FilmResult(name, code, None, None, 0, 0.0)
    costs = []
    for number, jpeg in enumerate(jpegs(scene_frames(codes, round(seconds * FPS), seed, hand))):
        at_s = number / FPS
        reading = read(jpeg, still=False, budget_ms=150)
        costs.append(reading.cpu_ms)
        news = session.feed(reading, at_s)
        for symbol in news.fresh:
            if not says(symbol) & every:
                result.wrong += 1
                continue
            waiting -= says(symbol)
            if result.first_s is None:
                result.first_s = at_s
        if not waiting and result.all_s is None:
            result.all_s = at_s
    result.cpu_ms = statistics.median(costs)
    return result


def table(results: list[FilmResult]) -> str:
    """One line a film, the median time and the wrong reads."""
    lines = [f"{'film':14}{'code':12}{'first s':>9}{'all s':>8}{'wrong':>7}{'ms/frame':>10}"]
    for film in results:
        first = "-" if film.first_s is None else f"{film.first_s:.1f}"
        last = "-" if film.all_s is None else f"{film.all_s:.1f}"
        lines.append(f"{film.name:14}{film.code:12}{first:>9}{last:>8}{film.wrong:7}{film.cpu_ms:10.1f}")
    times = [float("inf") if film.first_s is None else film.first_s for film in results]
    lines.append(f"median {statistics.median(times):.2f} s, wrong {sum(film.wrong for film in results)}")
    return "\n".join(lines)
