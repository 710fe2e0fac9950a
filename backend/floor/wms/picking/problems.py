"""What can stand against a pick, named so that the picker knows what to do next."""

from backend.kernel.problems import Conflict


class LineDone(Conflict):
    """The line was finished by someone else, or earlier."""

    type = "line-done"
    title = "This line is already done"


class TooMuch(Conflict):
    """More than the line still needs."""

    type = "too-much"
    title = "That is more than this line needs"


class WrongTote(Conflict):
    """The tote is for another order, or not on this cart."""

    type = "wrong-tote"
    title = "That tote is not for this order"


class ToteNotBound(Conflict):
    """No tote was scanned into this slot yet."""

    type = "tote-not-bound"
    title = "Scan a tote into this slot first"


class ToteTaken(Conflict):
    """The tote is in use elsewhere."""

    type = "tote-taken"
    title = "That tote is in use for another order"


class NotATote(Conflict):
    """The code stands on something else: a badge, a place, an order, a box of stock."""

    type = "not-a-tote"
    title = "That is not a tote"


class NotThere(Conflict):
    """What was to be taken instead does not lie in that bin, or is promised to others."""

    type = "not-there"
    title = "That is not free to take in this bin"


class WrongPlace(Conflict):
    """Not where this tote is to be put."""

    type = "wrong-place"
    title = "That is not where this tote goes"


class LinesOpen(Conflict):
    """Lines for this tote are still to be picked."""

    type = "lines-open"
    title = "There is still something to pick into this tote"
