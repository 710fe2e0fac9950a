"""Why a step with a purchase order is not taken."""

from backend.kernel.problems import BadRequest, Conflict


class PurchaseNumberTaken(Conflict):
    """Another order has that number."""

    type = "purchase-number-taken"
    title = "There is an order by that number already"


class BilledTooMuch(Conflict):
    """The three-way match fails: billed is more than received and not yet billed."""

    type = "billed-too-much"
    title = "More was billed than was received"


class InvoiceBookedBefore(Conflict):
    """The supplier's invoice number is in the books."""

    type = "invoice-booked-before"
    title = "That invoice of the supplier is booked already"


class NoSuchLine(BadRequest):
    """The order has no such line."""

    type = "no-such-line"
    title = "The order has no such line"
