"""Which of what went in lies in which piece, pure.

Two rules, in this order:

1. *Scanned for these pieces.* Where the material that was scanned (or flushed) between two reports of the finishing step is exactly what
   the pieces of the second report take, it lies in those pieces: whoever scans piece by piece gets piece by piece.
2. *First in, first out.* All else is given to the pieces that lack it in the order in which they were made: a lot scanned once for
   the whole order, steps before the last, leftovers.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from uuid import UUID

import msgspec

ZERO = Decimal(0)


class Went(msgspec.Struct, frozen=True, kw_only=True):
    """So much of a lot or serial (`child`) that is in no piece yet. `report` is the report it was scanned for, if any followed."""

    id: UUID
    material: UUID
    child: UUID
    left: Decimal
    report: UUID | None = None


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A finished lot or serial (`parent`) that lacks so much of a material."""

    id: UUID
    parent: UUID
    material: UUID
    wanted: Decimal
    report: UUID


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """So much of a consumption lies in a production."""

    production: UUID
    parent: UUID
    consumption: UUID
    child: UUID
    quantity: Decimal


def shares(went: Sequence[Went], made: Sequence[Made]) -> list[Share]:
    """What is given to whom; both in the order in which they came. Nothing is given twice, no one gets more than it lacks."""
    left = {one.id: one.left for one in went}
    wanted = {(one.id, one.material): one.wanted for one in made}
    exact = _exact(went, made)
    found: list[Share] = []
    for own in (True, False):
        offered: dict[object, list[Went]] = defaultdict(list)
        for one in went:
            offered[(one.report, one.material) if own else one.material].append(one)
        for piece in made:
            key = (piece.report, piece.material)
            if own and key not in exact:
                continue
            found += _given(piece, offered[key if own else piece.material], left, wanted)
    return found


def _exact(went: Iterable[Went], made: Iterable[Made]) -> set[tuple[UUID | None, UUID]]:
    """Reports for whose pieces exactly so much of a material was scanned as they take."""
    offered: dict[tuple[UUID | None, UUID], Decimal] = defaultdict(lambda: ZERO)
    asked: dict[tuple[UUID | None, UUID], Decimal] = defaultdict(lambda: ZERO)
    for one in went:
        offered[one.report, one.material] += one.left
    for piece in made:
        asked[piece.report, piece.material] += piece.wanted
    return {key for key, quantity in asked.items() if offered.get(key) == quantity}


def _given(
    piece: Made, offered: list[Went], left: dict[UUID, Decimal], wanted: dict[tuple[UUID, UUID], Decimal]
) -> list[Share]:
    found = []
    for one in offered:
        lacks = wanted[piece.id, piece.material]
        if lacks <= 0:
            break
        quantity = min(lacks, left[one.id])
        if quantity <= 0 or one.child == piece.parent:
            continue
        left[one.id] -= quantity
        wanted[piece.id, piece.material] -= quantity
        found.append(
            Share(
                production=piece.id,
                parent=piece.parent,
                consumption=one.id,
                child=one.child,
                quantity=quantity,
            )
        )
    while offered and left[offered[0].id] <= 0:
        offered.pop(0)
    return found
