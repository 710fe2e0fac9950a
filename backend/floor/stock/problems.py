"""What can stand against a stock command, each with both sides named."""

from backend.kernel.problems import Conflict


class StockShort(Conflict):
    """Less is there, or free to take, than was asked."""

    type = "stock-short"
    title = "Not enough stock there"


class HandlingUnitElsewhere(Conflict):
    """The unit is not where the person saw it: somebody moved it first."""

    type = "handling-unit-elsewhere"
    title = "Someone else has moved this unit"


class SamePlace(Conflict):
    """From and to are one place."""

    type = "same-place"
    title = "It is already there"


class NotUndoable(Conflict):
    """Something later used what this command booked, or it was undone before."""

    type = "not-undoable"
    title = "This can't be undone any more"


class SerialHere(Conflict):
    """A piece with this serial number is in stock already."""

    type = "serial-here"
    title = "This serial number is already in stock"


class TrackingMissing(Conflict):
    """A lot or serial is needed for this item, and none was given."""

    type = "tracking-missing"
    title = "Scan the lot or serial number first"
