"""Stock's own commands: move, move a handling unit, receive."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from backend.kernel.edge import Edge, Told
from backend.kernel.quantity import checked

Code = Annotated[str, Meta(min_length=1, max_length=64)]


class MoveStock(Edge):
    """`stock.move`: so much of this went from this place to that one. `to_handling_unit` puts it on a pallet or box there."""

    item: UUID
    quantity: Decimal
    from_place: UUID
    to_place: UUID
    lot: UUID | None = None
    serial: UUID | None = None
    from_handling_unit: UUID | None = None
    to_handling_unit: UUID | None = None
    status: str = "free"
    reason: str = ""

    def __post_init__(self) -> None:
        checked(self.quantity)


class MoveHandlingUnit(Edge):
    """`stock.move_handling_unit`: the unit, with all in it, went from where I saw it to another place."""

    handling_unit: UUID
    from_place: UUID
    to_place: UUID


class ReceiveStock(Edge):
    """`stock.receive`: so much arrived at a dock from a supplier, lot and expiry as printed on it."""

    item: UUID
    quantity: Decimal
    place: UUID
    lot_code: Code | None = None
    expires_on: date | None = None
    serial_code: Code | None = None
    handling_unit_code: Code | None = None

    def __post_init__(self) -> None:
        checked(self.quantity)


class UndoMove(Edge):
    """`stock.undo`: take back all moves of an earlier stock command."""

    command: UUID


class StockMoved(Told):
    """The moves that were booked, and how much is left at the source."""

    moves: list[UUID]
    left: Decimal


class HandlingUnitMoved(Told):
    """Where the unit now is, and how many things moved with it."""

    handling_unit: UUID
    place: UUID
    moves: int
