"""The values of batching: orders, the cart, the pace of the shift, and the plan."""

from collections.abc import Sequence
from dataclasses import dataclass

from .errors import RoutingError
from .values import Place, Round

__all__ = ["Batch", "Cart", "Order", "Pace", "Plan", "TooLarge"]


class TooLarge(RoutingError):
    """An order that fits no cart, even alone."""

    def __init__(self, order: str) -> None:
        self.order = order
        super().__init__(f"Order {order} does not fit one cart. Split it or take a larger cart.")


@dataclass(frozen=True, slots=True)
class Order:
    """One order of a wave. `due` is in seconds from the start of the wave: the carrier's cut-off or the promise."""

    name: str
    places: tuple[Place, ...]
    totes: int = 1
    grams: int = 0
    millilitres: int = 0
    zone: str = ""
    due: int | None = None


@dataclass(frozen=True, slots=True)
class Cart:
    """What one round can carry; None is no limit. With `one_zone` a cart never mixes zones."""

    totes: int
    grams: int | None = None
    millilitres: int | None = None
    lines: int | None = None
    one_zone: bool = False

    def loads(self, order: Order) -> tuple[int, int, int, int]:
        """What an order takes of the four limits."""
        return order.totes, order.grams, order.millilitres, len(order.places)

    def limits(self) -> tuple[int, int, int, int]:
        """The four limits, very large where there is none."""
        grams, millilitres, lines = (
            2**60 if v is None else v for v in (self.grams, self.millilitres, self.lines)
        )
        return self.totes, grams, millilitres, lines

    def fits(self, orders: Sequence[Order]) -> bool:
        """Whether these orders go on one cart together."""
        sums = [sum(column) for column in zip(*(self.loads(order) for order in orders), strict=True)]
        mixed = self.one_zone and len({order.zone for order in orders}) > 1
        return not mixed and all(load <= limit for load, limit in zip(sums, self.limits(), strict=True))


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a shift works: `metres_per_second` walking, seconds per line and per round, pickers at once."""

    metres_per_second: float = 1.2
    seconds_per_line: float = 12.0
    seconds_per_round: float = 60.0
    pickers: int = 1
    metres_per_late_second: float = 5.0
    """What one second of lateness may cost in walking, when the two are weighed."""

    def seconds(self, metres: float, lines: int) -> float:
        """How long a round takes."""
        return metres / self.metres_per_second + lines * self.seconds_per_line + self.seconds_per_round


@dataclass(frozen=True, slots=True)
class Batch:
    """One round of the plan: indices of its orders, its proved walk, who walks it and when (seconds)."""

    orders: tuple[int, ...]
    round: Round
    picker: int
    starts: float
    ends: float


@dataclass(frozen=True, slots=True)
class Plan:
    """All batches in order of release. Lengths in metres.

    `bound`: metres no plan can walk less than; `late`: order-seconds after due; `crowding`: seconds two pickers are
    planned in one aisle; `evaluated`: rounds worked out, the unit of the budget.
    """

    batches: tuple[Batch, ...]
    length: float
    bound: float
    proved: bool
    late: float
    crowding: float
    evaluated: int
    method: str

    @property
    def gap(self) -> float:
        """Proved gap as a fraction of the length."""
        return 0.0 if self.proved or self.length <= 0 else max(0.0, 1 - self.bound / self.length)
