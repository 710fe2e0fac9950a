"""Drawn packs as phones photograph them, with every code on them known: what a wrong fact would cost is counted here.

Each scene has a pack's print around one to four codes of any symbology, and one harm that photographs of goods suffer. A code may
be beyond reading: then the only right answers are the truth and silence.
"""

from __future__ import annotations

import random as dice
import statistics
from typing import TYPE_CHECKING, Final

import cv2
import msgspec
import numpy as np

from scanning.bench.harms import HARMS, Sheet
from scanning.bench.photographs import says
from scanning.bench.render import draw
from scanning.bench.stress import texts
from scanning.engines import zbar, zxing
from scanning.gs1 import check_digit
from scanning.ladder import read
from scanning.symbols import comparable, expand_upce

if TYPE_CHECKING:
    from scanning.engines import Grey

KINDS: Final = (
    *("EAN13",) * 5,
    *("UPCA",) * 3,
    *("EAN8", "UPCE", "Code128", "Code128", "Code39", "ITF", "GS1-128", "QR", "DataMatrix"),
)
WORDS: Final = (
    "Keep dry",
    "NETTO 500 g",
    "Ingredients:",
    "wheat, salt",
    "LOT 4711",
    "Best before",
    "0123 456 789",
    "kcal",
)
FONT: Final = cv2.FONT_HERSHEY_SIMPLEX


class Scene(msgspec.Struct, frozen=True):
    """A picture's bytes and the texts of the codes in it, comparable."""

    data: bytes
    truths: frozenset[str]


class Tally(msgspec.Struct):
    """Counts of codes over the scenes of one harm; `confirmed_wrong` names scene and text."""

    codes: int = 0
    exact: int = 0
    confirmed: int = 0
    zxing: int = 0
    zbar: int = 0
    union: int = 0
    wrong: int = 0
    confirmed_wrong: list[str] = []
    lost: list[str] = []
    cpu_ms: list[float] = []


def scene(harm: str, seed: int) -> Scene:
    """The pack of a seed under a harm: the same bytes each time."""
    chance = dice.Random(f"{harm}{seed}")
    size = (chance.randint(700, 1200), chance.randint(900, 1500))
    sheet = _print(size, chance)
    truths = set()
    for place in range(chance.choice((2, 3, 4)) if harm == "many" else 1):
        truths.add(_label(sheet, place, chance, light_on_dark=harm == "inked" and chance.random() < 0.4))
    return Scene(HARMS[harm](sheet, chance), frozenset(truths))


def _print(size: tuple[int, int], chance: dice.Random) -> Sheet:
    """A pack without codes: paper, fields of colour, and lines of print."""
    sheet = np.full(size, chance.uniform(140, 235), np.uint8)
    for _ in range(chance.randint(2, 6)):
        top, left = chance.randrange(size[0]), chance.randrange(size[1])
        field = sheet[top : top + chance.randint(40, 300), left : left + chance.randint(60, 500)]
        field[:] = chance.randint(40, 220)
    for _ in range(chance.randint(6, 30)):
        at = (chance.randrange(size[1]), chance.randrange(size[0]))
        line = " ".join(chance.choices(WORDS, k=chance.randint(1, 6)))
        cv2.putText(sheet, line, at, FONT, chance.uniform(0.35, 1.1), chance.uniform(20, 90), 1, cv2.LINE_AA)
    return np.asarray(sheet, np.float32)


def _label(sheet: Sheet, place: int, chance: dice.Random, *, light_on_dark: bool) -> str:
    """Prints one code somewhere in the quarter of the pack that is its place; its text."""
    kind = chance.choice(KINDS)
    text = _short_upc(chance) if kind == "UPCE" else texts(kind, 1, seed=chance.randrange(1 << 30))[0]
    quarter = (sheet.shape[0] // 2, sheet.shape[1] // 2)
    code = _fitting(kind, text, quarter, chance)
    ink, paper = chance.uniform(10, 90), chance.uniform(170, 250)
    if light_on_dark:
        ink, paper = paper, ink
    top = (place // 2) * quarter[0] + chance.randrange(max(1, quarter[0] - code.shape[0]))
    left = (place % 2) * quarter[1] + chance.randrange(max(1, quarter[1] - code.shape[1]))
    sheet[top : top + code.shape[0], left : left + code.shape[1]] = ink + (paper - ink) * (
        code / np.float32(255)
    )
    return comparable(expand_upce(text) if kind == "UPCE" else text)


def _short_upc(chance: dice.Random) -> str:
    body = f"0{chance.randrange(100_000):05d}{chance.randrange(3)}"  # endings that any five digits may have
    return body + check_digit(expand_upce(body + "0")[:-1])


def _fitting(kind: str, text: str, room: tuple[int, int], chance: dice.Random) -> Grey:
    """The code as large as chance has it, its quiet zones as narrow as printers leave them."""
    pixels = chance.uniform(1.6, 4.0)
    while True:
        code = draw(kind, text, pixels, height=chance.randint(18, 60))
        spare = int(pixels * chance.uniform(2, 8))
        code = code[spare:-spare, spare:-spare]
        if (code.shape[0] < room[0] and code.shape[1] < room[1]) or pixels < 1:
            return code[: room[0], : room[1]]
        pixels *= 0.8


def bench_packs(seed: int, scenes: int = 12, harms: tuple[str, ...] = tuple(HARMS)) -> dict[str, Tally]:
    """Reads so many scenes of each harm as stills, and both engines alone beside it."""
    tallies = {harm: Tally() for harm in harms}
    for harm, tally in tallies.items():
        for number in range(scenes):
            _one(scene(harm, seed * 1000 + number), f"{harm} {seed * 1000 + number}", tally)
    return tallies


def _one(shown: Scene, name: str, tally: Tally) -> None:
    reading = read(shown.data)
    tally.cpu_ms.append(reading.cpu_ms)
    tally.codes += len(shown.truths)
    told = set().union(*(says(symbol) for symbol in reading.symbols)) if reading.symbols else set()
    sure = set().union(*(says(symbol) for symbol in reading.confirmed)) if reading.confirmed else set()
    grey = np.asarray(cv2.imdecode(np.frombuffer(shown.data, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)
    one = set().union(*(says(s) for s in zxing(grey, full=True, invert=True)), set())
    other = set().union(*(says(s) for s in zbar(grey, matrix=True, capped=False)), set())
    tally.exact += len(shown.truths & told)
    tally.confirmed += len(shown.truths & sure)
    tally.zxing += len(shown.truths & one)
    tally.zbar += len(shown.truths & other)
    tally.union += len(shown.truths & (one | other))
    wrong = [symbol for symbol in reading.symbols if not says(symbol) & shown.truths]
    tally.wrong += bool(wrong)
    tally.confirmed_wrong += [
        f"{name}: {symbol.format} {symbol.text!r} for {sorted(shown.truths)}"
        for symbol in wrong
        if symbol.confirmed
    ]
    tally.lost += [f"{name}: {text}" for text in shown.truths & (one | other) - told]


def table(tallies: dict[str, Tally]) -> str:
    """The tallies as a table for a terminal."""
    head = f"{'packs':12}{'codes':>6}{'exact':>7}{'conf.':>7}{'wrong':>7}{'c.wrong':>9}{'ms med':>8} | "
    lines = [head + f"{'zxing':>6}{'pyzbar':>8}{'union':>7}"]
    for harm, tally in tallies.items():
        lines.append(
            f"{harm:12}{tally.codes:6}{tally.exact:7}{tally.confirmed:7}{tally.wrong:7}"
            f"{len(tally.confirmed_wrong):9}{statistics.median(tally.cpu_ms):8.1f} | "
            f"{tally.zxing:6}{tally.zbar:8}{tally.union:7}"
        )
    for title, named in (("Confirmed, and wrong:", "confirmed_wrong"), ("Read by an engine alone:", "lost")):
        found = [line for tally in tallies.values() for line in getattr(tally, named)]
        lines += [title, *found] if found else []
    return "\n".join(lines)
