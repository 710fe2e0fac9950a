"""What can be wrong with a question put to the router, named for the person who must mend it.

RoutingError
├── BadPlan           the floor plan itself makes no sense (a negative length, an edge to nowhere)
├── OutsidePlan       a place that is not on this plan
├── UnreachableStop   a stop nobody can walk to (or from) with the present closures
└── ImpossibleOrder   the wished order contradicts itself (a stop both first and last)
"""

__all__ = ["BadPlan", "ImpossibleOrder", "OutsidePlan", "RoutingError", "UnreachableStop"]


class RoutingError(ValueError):
    """Any refusal of this library; `str(error)` is a sentence for the screen."""


class BadPlan(RoutingError):
    """The plan of the floor is not walkable as described."""


class OutsidePlan(RoutingError):
    """The place does not exist on this plan."""


class UnreachableStop(RoutingError):
    """No open way leads to these stops; `stops` holds their indices, empty when start and end are cut off."""

    def __init__(self, stops: tuple[int, ...]) -> None:
        self.stops = stops
        which = ", ".join(str(stop) for stop in stops[:10]) or "the end of the round"
        super().__init__(f"No open way leads to stop {which}. Open an aisle or take the stop off the round.")


class ImpossibleOrder(RoutingError):
    """First, last and weight classes contradict each other."""
