"""Putaway's decisions, pure: what a load weighs and how high it stands, the rules' names, who may have the room."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import msgspec

HOLD_FOR: Final = timedelta(minutes=15)
PROPOSED: Final = 3

# The router's hard rules, as screens and problems name them.
RULES: Final[dict[str, str]] = {
    "is closed": "closed",
    "has no room": "no_room",
    "cannot carry the weight": "too_heavy",
    "is too low": "too_low",
    "has another temperature": "temperature",
    "holds another item": "other_item",
    "holds another lot": "other_lot",
    "holds a hazard that must be kept apart": "hazard_apart",
    "is not built for this hazard": "hazard_place",
}
# The router's parts of a score.
REASONS: Final[dict[str, str]] = {
    "walk now": "walk",
    "future picks": "future_picks",
    "same lot": "same_lot",
    "same item": "same_item",
    "keeps empty bins whole": "started",
    "to the pick face": "pick_face",
}
# Classes that must never share a bin (after the segregation table of the IMDG Code, reduced to what a warehouse of parts has).
APART: Final = (
    ("oxidiser", "flammable"),
    ("flammable", "lithium"),
    ("oxidiser", "lithium"),
    ("acid", "alkali"),
)
PICKS_A_DAY: Final[dict[str, float]] = {"A": 6.0, "B": 2.0, "C": 0.5}

PALLET_MM2 = 1200 * 800  # EPAL 1
PALLET_DECK_MM = 144
PALLET_CLEAR_MM = 900  # a fork-lift truck needs a pallet place, however little lies on the pallet

# What becomes of room that is kept: (state, event) → state. What is not here is refused.
HOLDS: Final[dict[tuple[str, str], str]] = {
    ("none", "propose"): "held",
    ("held", "propose"): "held",
    ("held", "confirm_here"): "used",
    ("held", "confirm_elsewhere"): "used",
    ("held", "cancel"): "none",
    ("held", "expire"): "none",
    ("none", "confirm_here"): "used",
    ("none", "confirm_elsewhere"): "used",
}


class Piece(msgspec.Struct, frozen=True, kw_only=True):
    """One thing of a load."""

    item: UUID
    lot: UUID | None
    quantity: Decimal
    weight_g: Decimal
    volume_ml: Decimal
    velocity: str
    attributes: dict[str, Any]


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """A load as a bin feels it: grams, millilitres, millimetres, what it is, which hazard it brings.

    `item` and `lot` are "mixed" for a mixed load, which may share a bin with nothing.
    """

    grams: int
    millilitres: int
    height: int
    item: str
    lot: str
    hazard: str
    temperature: str
    velocity: float


def measure(pieces: Sequence[Piece], *, kind: str | None) -> Measure:
    """What a load is all together; `kind` is its unit's, None for loose goods. A pallet stands as high as its volume makes it."""
    grams = sum(piece.quantity * piece.weight_g for piece in pieces)
    millilitres = sum(piece.quantity * piece.volume_ml for piece in pieces)
    items = {str(piece.item) for piece in pieces}
    lots = {str(piece.lot or "none") for piece in pieces}
    height = max(int(piece.attributes.get("height_mm", 0)) for piece in pieces)
    if kind == "pallet":
        stacked = PALLET_DECK_MM + int(millilitres * 1000 / PALLET_MM2)
        height = max(height, stacked, PALLET_CLEAR_MM)
    return Measure(
        grams=int(grams),
        millilitres=int(millilitres),
        height=height,
        item=items.pop() if len(items) == 1 else "mixed",
        lot=lots.pop() if len(lots) == 1 else "mixed",
        hazard=next((str(p.attributes["hazard"]) for p in pieces if p.attributes.get("hazard")), ""),
        temperature=str(pieces[0].attributes.get("temperature", "ambient")),
        velocity=max(PICKS_A_DAY.get(piece.velocity, 0.5) for piece in pieces),
    )


def reason_of(told: str) -> tuple[str, Decimal]:
    """A part of the router's score (`same lot -30.0 m`) as its name and its metres."""
    name, metres, _ = told.rsplit(" ", 2)
    return REASONS[name], Decimal(metres)


def refusal_of(told: str) -> tuple[str, int]:
    """A count of the router's refusals (`12 bins: has no room`) as its rule and its number."""
    count, _, why = told.partition(" bins: ")
    return RULES[why], int(count)


def needs_reason(*, held: UUID | None, to_place: UUID, reason: str) -> bool:
    """Whether the person must still say why: room was kept in another bin."""
    return held is not None and held != to_place and not reason.strip()
