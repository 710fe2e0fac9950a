"""Why a step with a sales order is not taken."""

from backend.kernel.problems import Conflict, NotFound


class SalesNumberTaken(Conflict):
    """Another order has that number."""

    type = "sales-number-taken"
    title = "There is an order by that number already"


class NothingToInvoice(Conflict):
    """Nothing was shipped that was not billed."""

    type = "nothing-to-invoice"
    title = "Nothing was shipped that is not invoiced yet"


class NoSuchInvoice(NotFound):
    """No invoice by that number."""

    type = "no-such-invoice"
    title = "There is no such invoice"


class PaidTooMuch(Conflict):
    """More than the invoice has open."""

    type = "paid-too-much"
    title = "That is more than the invoice has open"
