"""What a reading is made of: symbols with their evidence, errors as values, and the names of the symbologies."""

from __future__ import annotations

from collections.abc import Iterable  # noqa: TC003  (msgspec resolves annotations when it runs)
from typing import Final

import msgspec

from scanning import gs1  # noqa: TC001  (msgspec resolves annotations when it runs)
from scanning.looks import Look  # noqa: TC001

Point = tuple[float, float]
Corners = tuple[Point, Point, Point, Point]

RETAIL: Final = frozenset({"EAN13", "UPCA", "EAN8", "UPCE"})
MATRIX: Final = frozenset(
    {"QR", "MicroQR", "RMQR", "DataMatrix", "Aztec", "PDF417", "MicroPDF417", "MaxiCode"}
)
LINEAR: Final = RETAIL | {
    "Code128",
    "Code39",
    "Code93",
    "Codabar",
    "ITF",
    "DataBar",
    "DataBarExp",
    "DataBarLtd",
    "Telepen",
    "DXFilmEdge",
}
FORMATS: Final = LINEAR | MATRIX


class Symbol(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One code found in a picture.

    `text` is what the code says, with FNC1 as GS (0x1D) and without symbology id; `raw` the same as bytes.
    UPC-A is 12 digits and UPC-E 8, as printed; `gtin` is their 14-digit form, to compare with. `corners` are pixels of
    the whole picture, clockwise from the code's own top left. `votes` is the weight of independent reads.
    A symbol that is not `confirmed` is a hint for a person, never a fact.
    """

    text: str
    raw: bytes
    format: str
    symbology_id: str = ""
    corners: Corners
    engines: tuple[str, ...]
    votes: float
    confirmed: bool
    expected: bool = False
    doubt: str = ""
    addon: str = ""
    gtin: str = ""
    gs1: gs1.Message | None = None
    looks: tuple[Look, ...] = ()


class Refusal(msgspec.Struct, frozen=True):
    """Why a picture was not read: a `reason` to branch on and a sentence for a person."""

    reason: str
    sentence: str


class Reading(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything one picture said. `stages` is CPU milliseconds by stage, `tried` the stages in order."""

    symbols: tuple[Symbol, ...] = ()
    error: Refusal | None = None
    width: int = 0
    height: int = 0
    stages: dict[str, float] = {}
    tried: tuple[str, ...] = ()
    cpu_ms: float = 0.0
    out_of_time: bool = False

    @property
    def confirmed(self) -> tuple[Symbol, ...]:
        return tuple(symbol for symbol in self.symbols if symbol.confirmed)


def key_of(format_: str, text: str) -> tuple[str, str]:
    """The identity of a code for voting, dedup and comparison: retail codes by their GTIN-14, others by text."""
    if format_ in RETAIL:
        return "GTIN", gtin14(format_, text)
    return format_, text


def gtin14(format_: str, text: str) -> str:
    """The 14-digit GTIN of a retail code; UPC-E is expanded first."""
    return (expand_upce(text) if format_ == "UPCE" and len(text) == 8 else text).zfill(14)


def expand_upce(text: str) -> str:
    """The UPC-A behind an 8-digit UPC-E (number system, six digits, check digit); GS1 General Specifications 5.2.2.4."""
    system, body, check = text[0], text[1:7], text[7]
    last = body[5]
    if last in "012":
        middle = body[:2] + last + "0000" + body[2:5]
    elif last == "3":
        middle = body[:3] + "00000" + body[3:5]
    elif last == "4":
        middle = body[:4] + "00000" + body[4]
    else:
        middle = body[:5] + "0000" + last
    return system + middle + check


def comparable(text: str) -> str:
    """A text as a person or a master record may write it, reduced to what must be equal: no brackets, GS or padding."""
    bare = text.strip().replace("\x1d", "").replace("(", "").replace(")", "")
    if bare.isdigit() and 8 <= len(bare) <= 14:
        return bare.zfill(14)
    if bare.isdigit() and len(bare) == 16 and bare.startswith("01"):
        return bare[2:]
    return bare


def expected_keys(expected: Iterable[str] | None) -> frozenset[str]:
    return frozenset(comparable(text) for text in expected or ())
