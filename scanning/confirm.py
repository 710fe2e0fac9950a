"""The one rule that turns reads into a fact. A wrong read is worse than none.

Wrong EAN and UPC reads carry a valid check digit, and two engines have agreed on a wrong text, so a read is confirmed
by independent looks at the picture, never by its own arithmetic; retail codes are always asked for the bars' own look,
because the one picture that both engines misread alike was a UPC-A. zbar errs the same way every time: it adds half a vote
however often it repeats itself, and the bars' own look alone needs other rows to find the same. Sharpening invents edges: what only sharpened pictures show needs another witness.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from scanning.looks import Look
from scanning.symbols import MATRIX, RETAIL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanning.looks import Engine, Family

WEIGHTS: Final[dict[tuple[Engine, Family], float]] = {
    ("zxing", "plain"): 1.0,
    ("zxing", "crop"): 1.0,
    ("zxing", "contrast"): 1.0,
    ("zxing", "turned"): 1.0,
    ("zxing", "sharpened"): 0.5,
    ("bars", "clear"): 1.0,
    ("bars", "very-clear"): 1.5,
    ("bars", "other-rows"): 0.5,
}
ZBAR_AT_MOST: Final = 0.5
ENOUGH: Final = 2.0
ENOUGH_WHEN_EXPECTED: Final = 1.0
MARGIN: Final = 1.0
LITTLE_CORRECTION: Final = frozenset({"MicroQR", "RMQR"})
SHORT_MATRIX: Final = 4


class Rules(msgspec.Struct, frozen=True):
    """What a site allows. Interleaved 2 of 5 of any other length may be the torn half of a longer code."""

    itf_lengths: frozenset[int] = frozenset({14})
    code128_shortest: int = 2


class Verdict(msgspec.Struct, frozen=True):
    """`doubt` names what is missing when not confirmed."""

    confirmed: bool
    votes: float
    doubt: str = ""


def votes(looks: Iterable[Look]) -> float:
    """The weight of independent looks: each engine and family once a frame, zbar at most half a vote in all."""
    looks = frozenset(looks)
    total, zbar = 0.0, 0.0
    for look in looks:
        if look.engine == "zbar":
            zbar = ZBAR_AT_MOST
        elif not (look.family == "clear" and Look("bars", "very-clear", look.frame) in looks):
            total += WEIGHTS[look.engine, look.family]
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
    """Whether the looks at one place make `text` a fact.

    Args:
        format_: The symbology.
        text: What was read.
        looks: Every look that saw this text at this place, from all frames that count.
        rival_votes: The best other text at the same place.
        expected: The open task waits for this text; its lower bar holds for nothing else.
        valid_gs1: The text is GS1 data with every rule kept and the symbology says GS1.
        rules: What the site allows.
    """
    looks = frozenset(looks)
    weight = votes(looks)
    doubt = _doubt(
        format_, text, looks, weight, rival_votes, expected=expected, valid_gs1=valid_gs1, rules=rules
    )
    return Verdict(confirmed=not doubt, votes=weight, doubt=doubt)


def _doubt(
    format_: str,
    text: str,
    looks: frozenset[Look],
    weight: float,
    rival_votes: float,
    *,
    expected: bool,
    valid_gs1: bool,
    rules: Rules,
) -> str:
    if not expected and (wrong_form := _form_doubt(format_, text, rules)):
        return wrong_form
    if _one_engine(looks, expected=expected):
        return "one-engine"
    if format_ in RETAIL and not expected and not any(look.engine == "bars" for look in looks):
        return "bars-unclear"
    if rival_votes and weight < rival_votes + MARGIN:
        return "rival"
    return "" if weight >= _bar(format_, text, expected=expected, valid_gs1=valid_gs1) else "too-few-looks"


def _one_engine(looks: frozenset[Look], *, expected: bool) -> bool:
    """Whether all looks are zbar's, or the bars' without other rows: both err the same way when asked again."""
    engines = {look.engine for look in looks}
    if engines == {"bars"}:
        return not expected and not any(look.family == "other-rows" for look in looks)
    return engines == {"zbar"}


def _form_doubt(format_: str, text: str, rules: Rules) -> str:
    if format_ == "ITF" and len(text) not in rules.itf_lengths:
        return "itf-length"
    if format_ == "Code128" and len(text) < rules.code128_shortest:
        return "too-short"
    # GS1 knows UPC-E of number system 0 only; one of number system 1 is what the left half of a torn EAN-13 looks like.
    return "half-a-code" if format_ == "UPCE" and not text.startswith("0") else ""


def _bar(format_: str, text: str, *, expected: bool, valid_gs1: bool) -> float:
    """How many votes this read needs."""
    corrects_itself = format_ in MATRIX and format_ not in LITTLE_CORRECTION and len(text) > SHORT_MATRIX
    if corrects_itself:
        return 0.5
    return ENOUGH_WHEN_EXPECTED if expected or valid_gs1 else ENOUGH
