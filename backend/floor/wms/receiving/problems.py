"""What can stand against a receipt: each names what was scanned and what was expected."""

from backend.kernel.problems import BadRequest, Conflict, NotFound


class UnknownItem(NotFound):
    """Nothing here has this number: the goods stay where they are until somebody says what they are."""

    type = "unknown-item"
    title = "This item is not known here"


class ExpiredLot(Conflict):
    """The lot is past its date: it may be set aside as blocked, not taken in as good."""

    type = "expired-lot"
    title = "This lot has expired"


class OverReceipt(Conflict):
    """More than ordered and tolerated, and this order's rule is to refuse it."""

    type = "over-receipt"
    title = "More than was ordered"


class PackReceived(Conflict):
    """This pack was taken in before, by whom the facts tell."""

    type = "pack-received"
    title = "This pack is already received"


class UnitElsewhere(Conflict):
    """A unit with this number stands somewhere else, with goods on it."""

    type = "unit-elsewhere"
    title = "A unit with this number stands elsewhere"


class SerialsDiffer(BadRequest):
    """One serial number a piece, no more and no less."""

    type = "serials-differ"
    title = "Scan one serial number for each piece"


class NotThisLine(Conflict):
    """The line does not belong to the delivery, or is about another item."""

    type = "not-this-line"
    title = "This is another item than the line expects"


class DeliveryOver(Conflict):
    """The delivery was closed or cancelled before."""

    type = "delivery-over"
    title = "This delivery is already closed"


class LineUnknown(NotFound):
    """No such delivery or line at this site."""

    type = "delivery-unknown"
    title = "This delivery is not known here"
