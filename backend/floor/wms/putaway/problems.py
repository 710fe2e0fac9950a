"""What can stand against a putaway: the rule's name, what was scanned, what was expected."""

from backend.kernel.problems import BadRequest, Conflict


class BinRefused(Conflict):
    """A hard rule keeps the load out of this bin; `facts.rule` names it."""

    type = "bin-refused"
    title = "The load may not lie in this bin"


class NoBin(Conflict):
    """No bin of the site takes the load; the facts count the refusals by rule."""

    type = "no-bin"
    title = "No bin takes this load"


class LoadTaken(Conflict):
    """Somebody else is putting this load away; the facts say who."""

    type = "load-taken"
    title = "Someone else is putting this away"


class LoadGone(Conflict):
    """The load is not where it was seen."""

    type = "load-gone"
    title = "This load is no longer there"


class ReasonMissing(BadRequest):
    """Another bin than the one that was kept needs a reason."""

    type = "reason-missing"
    title = "Say why it goes to another bin"
