"""What picking says to a handheld and hears from it. Quantities are decimal strings in the item's unit."""

from decimal import Decimal
from typing import Literal
from uuid import UUID

from backend.kernel.edge import Edge, Told
from backend.kernel.quantity import checked

ShortReason = Literal[
    "not_found", "not_enough", "damaged", "wrong_item", "wrong_lot", "expired", "unreachable", "other"
]


# ── commands ──────────────────────────────────────────────────────────────────────────────────────────────────────────


class ClaimRound(Edge):
    """`pick.claim`: take this round, or the best one when `round` is absent."""

    round: UUID | None = None


class TakeOverRound(Edge):
    """`pick.take_over`: take a round from the person who has it."""

    round: UUID


class ReleaseRound(Edge):
    """`pick.release`: give a round back for others; what was picked stays picked."""

    round: UUID


class BindTote(Edge):
    """`pick.bind_tote`: the tote with this code now stands in this slot of the cart."""

    tote: UUID
    code: str


class ConfirmPick(Edge):
    """`pick.confirm`: so much of a line lies in the tote. `handling_unit` only when a whole unit was taken."""

    line: UUID
    quantity: Decimal
    tote: UUID

    def __post_init__(self) -> None:
        checked(self.quantity)


class ShortPick(Edge):
    """`pick.short`: only `found` is there; the rest is not, for `reason`."""

    line: UUID
    found: Decimal
    reason: ShortReason
    note: str = ""
    photo: UUID | None = None

    def __post_init__(self) -> None:
        checked(self.found, zero=True)


class ReportDamaged(Edge):
    """`pick.damaged`: so many pieces in the bin are damaged; they are set aside and replaced."""

    line: UUID
    quantity: Decimal
    note: str = ""
    photo: UUID | None = None

    def __post_init__(self) -> None:
        checked(self.quantity)


class ChangeLot(Edge):
    """`pick.change_lot`: take this other lot (or serial, or handling unit) that lies in the same bin."""

    line: UUID
    lot: UUID | None = None
    serial: UUID | None = None
    handling_unit: UUID | None = None


class SkipLine(Edge):
    """`pick.skip`: later; the line goes to the end of the round. `at` is the place the picker stands at."""

    line: UUID
    at: UUID | None = None


class ToteFull(Edge):
    """`pick.tote_full`: the tote is full; the rest of its order goes into the tote with this code.

    `added` is the device's own id for the new slot, so that picks made off line can name it before the answer comes.
    """

    tote: UUID
    code: str
    added: UUID | None = None


class UndoPick(Edge):
    """`pick.undo`: take back what this earlier command booked, by moves the other way."""

    command: UUID


class ZeroCheck(Edge):
    """`pick.zero_check`: so many are left in the bin after the pick."""

    line: UUID
    left: Decimal

    def __post_init__(self) -> None:
        checked(self.left, zero=True)


class DropTote(Edge):
    """`pick.drop`: the tote stands at this packing place."""

    tote: UUID
    place: UUID


# ── answers ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class PickConfirmed(Told):
    """How the line stands after the pick."""

    line: UUID
    picked: Decimal
    remaining: Decimal


class NextBest(Told):
    """Where the missing quantity can be had instead: a new line of the round, and how far it is to walk."""

    line: UUID
    place: UUID
    place_code: str
    quantity: Decimal
    distance_m: float


class ShortBooked(Told):
    """What a short pick did: booked, frozen for a count, replaced from elsewhere, or left for a backorder."""

    line: UUID
    picked: Decimal
    missing: Decimal
    count: UUID | None
    proposals: list[NextBest]
    backorder: Decimal


class LotChanged(Told):
    """The line now takes from another quant; `split` is the new line for what the other lot could not fill."""

    line: UUID
    quantity: Decimal
    split: UUID | None


class LineSkipped(Told):
    """Where in the round the line now stands."""

    line: UUID
    sequence: int


class ToteBound(Told):
    """Which handling unit stands in the slot."""

    tote: UUID
    handling_unit: UUID
    code: str


class PickUndone(Told):
    """What was taken back."""

    command: UUID
    line: UUID | None
    quantity: Decimal


class ZeroChecked(Told):
    """Whether the count agreed; if not, the count task that settles it."""

    line: UUID
    expected: Decimal
    left: Decimal
    count: UUID | None


class ToteDropped(Told):
    """Whether that was the last tote of its order, and of the round."""

    tote: UUID
    order_picked: bool
    round_done: bool


class RoundReleased(Told):
    """The round is free again."""

    round: UUID
