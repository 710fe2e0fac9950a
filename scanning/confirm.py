"""The one rule that turns reads into a fact. A wrong read is worse than none.

All wrong EAN and UPC reads ever measured carried a valid check digit, and two engines have agreed on a wrong text, so a
read is confirmed by independent looks at the picture, never by its own arithmetic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import msgspec

from scanning.symbols import MATRIX

if TYPE_CHECKING:
    from collections.abc import Iterable

Family = Literal["plain", "full", "crop", "contrast", "sharpened", "turned", "bars"]

# How much a look is worth. Sharpening and thresholding invent edges; a read from them needs a second.
WEIGHTS: Final[dict[tuple[str, Family], float]] = {
    ("zxing", "plain"): 1.0,
    ("zxing", "full"): 1.0,
    ("zxing", "crop"): 1.0,
    ("zxing", "contrast"): 1.0,
    ("zxing", "turned"): 1.0,
    ("zxing", "sharpened"): 0.5,
    ("bars", "bars"): 1.0,
}
ZBAR_AT_MOST: Final = 0.5
ENOUGH: Final = 2.0
ENOUGH_WHEN_EXPECTED: Final = 1.0
MARGIN: Final = 1.0


class Look(msgspec.Struct, frozen=True):
    """One engine having read a text in one variant of one frame."""

    engine: str
    family: Family
    frame: int = 0


class Rules(msgspec.Struct, frozen=True):
    """What a site allows. Interleaved 2 of 5 of any other length may be the torn half of a longer code."""

    itf_lengths: frozenset[int] = frozenset({14})
    code128_shortest: int = 2


class Verdict(msgspec.Struct, frozen=True):
    confirmed: bool
    votes: float
    doubt: str = ""


def votes(looks: Iterable[Look]) -> float:
    """The weight of independent looks: each engine and family once a frame, zbar at most half a vote in all."""
    total, zbar = 0.0, 0.0
    for look in set(looks):
        if look.engine == "zbar":
            zbar = ZBAR_AT_MOST
        else:
            total += WEIGHTS.get((look.engine, look.family), 0.5)
    return total + zbar


def judge(
    format_: str,
    text: str,
    looks: Iterable[Look],
    *,
    rival_votes: float = 0.0,
    expected: bool = False,
    valid_gs1: bool = False,
    rules: Rules = Rules(),  # noqa: B008  (frozen)
) -> Verdict:
    """Whether the looks at one place make `text` a fact; `rival_votes` is the best other text of that place."""
    looks = tuple(looks)
    weight = votes(looks)
    if doubt := _form_doubt(format_, text, rules, expected=expected):
        return Verdict(confirmed=False, votes=weight, doubt=doubt)
    if all(look.engine == "zbar" for look in looks):
        return Verdict(confirmed=False, votes=weight, doubt="one-engine")
    corrected = format_ in MATRIX
    if rival_votes and weight < rival_votes + MARGIN:
        return Verdict(confirmed=False, votes=weight, doubt="rival")
    bar = ENOUGH_WHEN_EXPECTED if expected or corrected or valid_gs1 else ENOUGH
    if weight < (0.5 if corrected else bar):
        return Verdict(confirmed=False, votes=weight, doubt="too-few-looks")
    return Verdict(confirmed=True, votes=weight)


def _form_doubt(format_: str, text: str, rules: Rules, *, expected: bool) -> str:
    if expected:
        return ""
    if format_ == "ITF" and len(text) not in rules.itf_lengths:
        return "itf-length"
    if format_ == "Code128" and len(text) < rules.code128_shortest:
        return "too-short"
    return ""
