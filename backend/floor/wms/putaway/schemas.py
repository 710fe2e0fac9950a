"""What putaway hears from a handheld and tells it."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from backend.kernel.edge import Edge, Told
from backend.kernel.quantity import checked


class ProposePutaway(Edge):
    """`putaway.propose`: I have this load in hand, where should it go? Room in the best bin is kept for me.

    A load is a whole handling unit, or a quantity of one quant that lies loose at the dock.
    """

    handling_unit: UUID | None = None
    quant: UUID | None = None
    quantity: Decimal | None = None

    def __post_init__(self) -> None:
        _one_load(self.handling_unit, self.quant, self.quantity)


class ConfirmPutaway(Edge):
    """`putaway.confirm`: the load stands in this bin now. Another bin than the one kept needs a `reason`."""

    from_place: UUID
    to_place: UUID
    handling_unit: UUID | None = None
    quant: UUID | None = None
    quantity: Decimal | None = None
    hold: UUID | None = None
    reason: Annotated[str, Meta(max_length=500)] = ""

    def __post_init__(self) -> None:
        _one_load(self.handling_unit, self.quant, self.quantity)


class CancelPutaway(Edge):
    """`putaway.cancel`: I do not put this away now; the room is free again."""

    hold: UUID


class UndoPutaway(Edge):
    """`putaway.undo`: the load goes back to where it was taken from."""

    command: UUID


def _one_load(unit: UUID | None, quant: UUID | None, quantity: Decimal | None) -> None:
    if (unit is None) == (quant is None):
        raise ValueError("a load is either a handling unit or a quant")
    if (quant is None) != (quantity is None):
        raise ValueError("a quantity belongs to a quant, and a quant to a quantity")
    if quantity is not None:
        checked(quantity)


class ContentTold(Told):
    """One thing of a load."""

    item: UUID
    sku: str
    name: str
    unit: str
    quantity: Decimal
    status: str
    lot: str | None
    serial: str | None


class LoadTold(Told):
    """What is in hand, and where it was."""

    handling_unit: UUID | None
    quant: UUID | None
    code: str
    quantity: Decimal
    place: UUID
    place_code: str
    contents: list[ContentTold]


class ReasonTold(Told):
    """Why a bin: `walk`, `future_picks`, `same_lot`, `same_item`, `started`, `pick_face`; metres that it costs (above 0) or saves."""

    code: str
    metres: Decimal


class ProposalTold(Told):
    """A bin for the load. Its score in metres: the lower the better."""

    place: UUID
    code: str
    check_digits: str
    zone: str
    walk_m: Decimal
    score: Decimal
    reasons: list[ReasonTold]


class Proposed(Told):
    """Up to three bins, the best first; room in the one that `held` names is kept until `expires_at`."""

    hold: UUID
    held: UUID
    expires_at: datetime
    load: LoadTold
    proposals: list[ProposalTold]


class PutAway(Told):
    """Where the load stands now."""

    place: UUID
    place_code: str
    handling_unit: UUID | None
    moves: int


class HoldReleased(Told):
    """The room is free; False if the hold was gone before."""

    hold: UUID
    released: bool


class PutBack(Told):
    """Where the load stands again."""

    place: UUID
    place_code: str
    moves: int


class WaitingTold(Told):
    """A load that waits at a dock. `whole`: it is counted in whole pieces; `person` is who has room kept for it."""

    handling_unit: UUID | None
    quant: UUID | None
    code: str
    place: UUID
    place_code: str
    sku: str
    name: str
    unit: str
    whole: bool
    quantity: Decimal
    items: int
    status: str
    lot: str | None
    since: datetime
    person: str
