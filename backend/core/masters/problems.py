"""What can be wrong with a name somebody gave."""

from backend.kernel.problems import BadRequest, Conflict, NotFound


class NoSuchItem(NotFound):
    """An item that nobody knows."""

    type = "no-such-item"
    title = "There is no such item"


class NoSuchPartner(NotFound):
    """A customer or supplier that nobody knows."""

    type = "no-such-partner"
    title = "There is no such partner"


class PartnerIsAnother(Conflict):
    """Orders and postings name it as what it is: a customer does not become a supplier."""

    type = "partner-is-another"
    title = "That number belongs to a partner of the other kind"


class UnknownUnit(BadRequest):
    """A quantity in a unit the item does not come in."""

    type = "unknown-unit"
    title = "The item does not come in that unit"


class NoRevision(BadRequest):
    """An item without a released revision is not bought, made or sold."""

    type = "no-revision"
    title = "The item has no released revision"


class NoPrice(BadRequest):
    """Neither the line nor the price list says what it costs."""

    type = "no-price"
    title = "There is no price for it"
