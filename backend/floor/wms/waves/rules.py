"""Decisions of waves, pure: the table of a wave's states, and how much work a plan is worth."""

from typing import Final

# A wave: (state, event) -> state. What is not here is refused.
WAVE_FLOW: Final[dict[tuple[str, str], str]] = {
    ("asked", "take"): "planning",
    ("asked", "cancel"): "cancelled",
    ("asked", "overtake"): "overtaken",
    ("planning", "take"): "planning",  # the worker that planned it is gone; another begins again
    ("planning", "finish"): "planned",
    ("planning", "release"): "accepted",
    ("planning", "fail"): "failed",
    ("planning", "cancel"): "cancelled",
    ("planning", "overtake"): "overtaken",
    ("planned", "release"): "accepted",
    ("planned", "cancel"): "cancelled",
    ("planned", "overtake"): "overtaken",
}

ACTIVE: Final = ("asked", "planning", "planned")
MOST_ORDERS: Final = 600
MOST_TOTES: Final = 12
"""On one cart."""
MOST_ROUNDS_WEIGHED: Final = 300_000
PROVED_UP_TO: Final = 24
"""So many orders are planned to proof: all batches a cart of four totes allows are some ten thousand."""


def wave_state(state: str, event: str) -> str | None:
    """The state after an event, or None when the event can't be in that state."""
    return WAVE_FLOW.get((state, event))


def states_that(event: str) -> tuple[str, ...]:
    """The states in which an event can be."""
    return tuple(state for state, what in WAVE_FLOW if what == event)


def budget(orders: int) -> int:
    """Rounds to weigh for a wave a planner waits for: some 20 seconds of CPU for 200 orders."""
    return min(1000 * orders + 2000, MOST_ROUNDS_WEIGHED)


def small_budget(orders: int) -> int:
    """Rounds to weigh when the rule releases by itself: well under a second."""
    return 150 * orders
