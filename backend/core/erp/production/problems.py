"""Why a step with a work order is not taken."""

from backend.kernel.problems import BadRequest, Conflict


class WorkNumberTaken(Conflict):
    """Another order has that number."""

    type = "work-number-taken"
    title = "There is an order by that number already"


class NoBom(BadRequest):
    """Nobody has said how the item is made."""

    type = "no-bom"
    title = "The item has no released bill of materials"
