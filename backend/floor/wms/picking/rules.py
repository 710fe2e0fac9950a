"""Decisions of picking, pure: which order goes into which tote, and the table of a line's states."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import msgspec

TOTE_VOLUME_ML = Decimal(60_000)
TOTE_WEIGHT_G = Decimal(25_000)

# A pick line: (state, event) -> state. What is not here is refused.
LINE_FLOW: dict[tuple[str, str], str] = {
    ("open", "pick_some"): "open",
    ("open", "pick_rest"): "picked",
    ("open", "short"): "short",
    ("open", "cancel"): "cancelled",
    ("open", "undo"): "open",
    ("picked", "undo"): "open",
    ("short", "undo"): "open",
}


def line_state(state: str, event: str) -> str | None:
    """The state after an event, or None when the event can't be in that state."""
    return LINE_FLOW.get((state, event))


class Load(msgspec.Struct, frozen=True):
    """What one reserved piece of an order takes up in a tote."""

    reservation: UUID
    volume_ml: Decimal
    weight_g: Decimal


class Packed(msgspec.Struct, frozen=True):
    """The totes one order needs: the reservations that go into each."""

    totes: tuple[tuple[UUID, ...], ...]


def pack(
    loads: Sequence[Load], *, volume_ml: Decimal = TOTE_VOLUME_ML, weight_g: Decimal = TOTE_WEIGHT_G
) -> Packed:
    """Spreads an order over as few totes as first-fit needs, in the order given (largest first is the caller's).

    A load that is larger than a tote has a tote of its own: it goes on the cart as it is.
    """
    totes: list[list[UUID]] = []
    room: list[tuple[Decimal, Decimal]] = []
    for load in loads:
        for number, (volume, weight) in enumerate(room):
            if load.volume_ml <= volume and load.weight_g <= weight:
                totes[number].append(load.reservation)
                room[number] = (volume - load.volume_ml, weight - load.weight_g)
                break
        else:
            totes.append([load.reservation])
            room.append((volume_ml - load.volume_ml, weight_g - load.weight_g))
    return Packed(tuple(tuple(tote) for tote in totes))


def zero_check_due(left: Decimal, threshold: Decimal = Decimal(3)) -> bool:
    """Whether the picker is asked how many are left: only where the answer is quick to give and the bin nearly empty."""
    return left <= threshold
