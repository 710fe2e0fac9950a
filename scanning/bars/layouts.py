"""How the retail symbologies are built: modules, guards, digit slots, and the arithmetic that ties the digits together.

ISO/IEC 15420: a digit is seven modules with two bars; set A and B (left) differ in parity, C (right) is A inverted.
"""

from __future__ import annotations

import functools
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

SET_A: Final = [
    "0001101",
    "0011001",
    "0010011",
    "0111101",
    "0100011",
    "0110001",
    "0101111",
    "0111011",
    "0110111",
    "0001011",
]
SET_C: Final = ["".join("10"[int(bit)] for bit in code) for code in SET_A]
SET_B: Final = [code[::-1] for code in SET_C]
CODES: Final = np.array([[int(bit) for bit in code] for code in (*SET_A, *SET_B, *SET_C)], np.float32)
LEADING: Final = [
    "AAAAAA",
    "AABABB",
    "AABBAB",
    "AABBBA",
    "ABAABB",
    "ABBAAB",
    "ABBBAA",
    "ABABAB",
    "ABABBA",
    "ABBABA",
]
# UPC-E, number system 0, by check digit; number system 1 swaps the sets.
UPCE_PARITY: Final = [
    "BBBAAA",
    "BBABAA",
    "BBAABA",
    "BBAAAB",
    "BABBAA",
    "BAABBA",
    "BAAABB",
    "BABABA",
    "BABAAB",
    "BAABAB",
]


class Layout(msgspec.Struct, frozen=True):
    """One symbology: its width in modules, the modules that are bars in every code, and where its digits start."""

    kind: str
    modules: int
    guards: tuple[int, ...]
    slots: tuple[int, ...]


class Plan(msgspec.Struct, frozen=True):
    """One way the digits may be encoded: sets by slot, check weights by slot, residue to reach, digits it implies."""

    sets: tuple[int, ...]
    weights: tuple[int, ...]
    target: int
    prefix: str = ""
    suffix: str = ""
    last: int = -1


EAN13: Final = Layout(
    "EAN13",
    95,
    (0, 2, 46, 48, 92, 94),
    tuple(3 + 7 * i for i in range(6)) + tuple(50 + 7 * i for i in range(6)),
)
EAN8: Final = Layout("EAN8", 67, (0, 2, 32, 34, 64, 66), (3, 10, 17, 24, 36, 43, 50, 57))
UPCE: Final = Layout("UPCE", 51, (0, 2, 46, 48, 50), tuple(3 + 7 * i for i in range(6)))
LAYOUTS: Final = {"EAN13": EAN13, "EAN8": EAN8, "UPCE": UPCE}


def _sets(parity: str) -> tuple[int, ...]:
    return tuple("ABC".index(letter) for letter in parity)


@functools.cache
def plans(kind: str) -> tuple[Plan, ...]:
    """Every way a code of this kind can be encoded so that its check digit is right."""
    if kind == "EAN13":
        return tuple(
            Plan(_sets(parity + "CCCCCC"), (3, 1) * 6, -lead % 10, prefix=str(lead))
            for lead, parity in enumerate(LEADING)
        )
    if kind == "EAN8":
        return (Plan(_sets("AAAACCCC"), (3, 1) * 4, 0),)
    return tuple(
        Plan(
            _sets(parity if system == 0 else parity.translate(str.maketrans("AB", "BA"))),
            _upce_weights(last),
            -(3 * system + check) % 10,
            prefix=str(system),
            suffix=str(check),
            last=last,
        )
        for system in (0, 1)
        for check, parity in enumerate(UPCE_PARITY)
        for last in range(10)
    )


def _upce_weights(last: int) -> tuple[int, ...]:
    """Weights of the six UPC-E digits in the check sum of the UPC-A they stand for; the rule hangs on the sixth."""
    places = {0: (1, 2, 8, 9, 10, 3), 3: (1, 2, 3, 9, 10, None), 4: (1, 2, 3, 4, 10, None)}
    order = places[0] if last <= 2 else places.get(last, (1, 2, 3, 4, 5, 10))
    return tuple(0 if place is None else (3 if place % 2 == 0 else 1) for place in order)


class Templates(msgspec.Struct, frozen=True):
    """Blurred edges of one layout, at `SAMPLES` a module from `-QUIET` modules on.

    `guards` is what every code shows; `digits[slot, set * 10 + digit]` what each digit adds, and `digit` the same for one
    slot alone, with `REACH` modules on either side; `unary` and `pairs` are the
    parts of a squared distance that do not depend on the picture.
    """

    guards: npt.NDArray[np.float32]
    digits: npt.NDArray[np.float32]
    digit: npt.NDArray[np.float32]
    unary: npt.NDArray[np.float32]
    pairs: npt.NDArray[np.float32]
    energy: float
    scale: float


SAMPLES: Final = 3
QUIET: Final = 5
FINE: Final = 12  # samples a module while blurring
REACH: Final = 3  # modules beyond a digit to which its blur is followed
FAR: Final = 9  # modules beyond a digit at which the widest blur has ended


@functools.cache
def templates(kind: str, blur: float) -> Templates:
    """The templates of a layout for a Gaussian blur of `blur` modules, scaled to unit energy a sample on average."""
    layout = LAYOUTS[kind]
    guards = edge_shape(layout.modules, [(place, 1.0) for place in layout.guards], blur)
    alone = np.stack(
        [edge_shape(7, [(i, float(bit)) for i, bit in enumerate(code)], blur, FAR) for code in CODES]
    )
    digits = np.zeros((len(layout.slots), len(CODES), len(guards) + 2 * (FAR - QUIET) * SAMPLES), np.float32)
    for place, slot in enumerate(layout.slots):
        digits[place, :, slot * SAMPLES : slot * SAMPLES + alone.shape[1]] = alone
    digits = digits[:, :, (FAR - QUIET) * SAMPLES : len(guards) + (FAR - QUIET) * SAMPLES]
    used = [_used_sets(kind, slot) for slot in range(len(layout.slots))]
    typical = guards + sum(digits[slot, used[slot]].mean(axis=0) for slot in range(len(used)))
    spread = sum(digits[slot, used[slot]].var(axis=0) for slot in range(len(used)))
    inside = slice(QUIET * SAMPLES, (QUIET + layout.modules) * SAMPLES)
    scale = 1 / float(np.sqrt(np.mean((typical**2 + spread)[inside])))
    guards, digits = guards * scale, digits * scale
    unary = (digits**2).sum(axis=2) + 2 * digits @ guards
    pairs = np.stack([2 * digits[i] @ digits[i + 1].T for i in range(len(digits) - 1)])
    digit = np.ascontiguousarray(alone[:, (FAR - REACH) * SAMPLES : -(FAR - REACH) * SAMPLES])
    return Templates(guards, digits, digit * np.float32(scale), unary, pairs, float((guards**2).sum()), scale)


def _used_sets(kind: str, slot: int) -> list[int]:
    sets = {plan.sets[slot] for plan in plans(kind)}
    return [s * 10 + digit for s in sorted(sets) for digit in range(10)]


def edge_shape(
    modules: int, bars: list[tuple[int, float]], blur: float, pad: int = QUIET
) -> npt.NDArray[np.float32]:
    """The slope of darkness along `modules` and `pad` more on either side, blurred, at `SAMPLES` a module."""
    dark = np.zeros((modules + 2 * pad) * FINE)
    for place, value in bars:
        dark[(pad + place) * FINE : (pad + place + 1) * FINE] += value
    reach = np.arange(-4 * FINE, 4 * FINE + 1) / FINE
    kernel = np.exp(-0.5 * (reach / blur) ** 2)
    smooth = np.convolve(dark, kernel / kernel.sum(), "same")
    slope = np.gradient(smooth) * FINE
    return np.asarray(slope.reshape(-1, FINE // SAMPLES).mean(axis=1), np.float32)


@functools.lru_cache(maxsize=256)
def claim(kind: str, text: str, blur: float) -> npt.NDArray[np.float32]:
    """The edges of one whole code at unit energy, to lay a claimed text over a row."""
    shapes = templates(kind, blur)
    body = text[1:] if kind == "EAN13" else text[1:-1] if kind == "UPCE" else text
    plan = next(
        p
        for p in plans(kind)
        if text.startswith(p.prefix)
        and text.endswith(p.suffix)
        and (p.last < 0 or body.endswith(str(p.last)))
    )
    codes = [s * 10 + int(digit) for s, digit in zip(plan.sets, body, strict=True)]
    whole: npt.NDArray[np.float32] = shapes.guards + shapes.digits[np.arange(len(codes)), codes].sum(axis=0)
    return np.asarray(whole / np.sqrt((whole**2).sum()), np.float32)


def possible(kind: str, text: str) -> bool:
    """Whether a text can stand in a layout at all: digits, as many as it takes."""
    length = {"EAN13": 13, "EAN8": 8, "UPCE": 8}.get(kind)
    return len(text) == length and text.isascii() and text.isdigit() and (kind != "UPCE" or text[0] in "01")
