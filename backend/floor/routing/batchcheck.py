"""The independent checker of batch plans. Shares nothing with the solver; rounds are checked by `checker`."""

from collections.abc import Sequence
from itertools import pairwise

from .batchvalues import Cart, Order, Plan

__all__ = ["WrongPlan", "check_plan"]


class WrongPlan(AssertionError):
    """A solver returned a plan that breaks the cart or loses an order; it is never shown to anyone."""


def check_plan(orders: Sequence[Order], cart: Cart, plan: Plan) -> None:
    """Raise WrongPlan unless every order rides once, every cart holds its load, and the claims add up."""
    riding = sorted(order for batch in plan.batches for order in batch.orders)
    if riding != list(range(len(orders))):
        raise WrongPlan("Not every order rides exactly once.")
    for batch in plan.batches:
        load = [orders[order] for order in batch.orders]
        if sum(o.totes for o in load) > cart.totes:
            raise WrongPlan(f"Batch {batch.orders} has more totes than the cart.")
        if cart.grams is not None and sum(o.grams for o in load) > cart.grams:
            raise WrongPlan(f"Batch {batch.orders} is too heavy.")
        if cart.millilitres is not None and sum(o.millilitres for o in load) > cart.millilitres:
            raise WrongPlan(f"Batch {batch.orders} is too large.")
        if cart.lines is not None and sum(len(o.places) for o in load) > cart.lines:
            raise WrongPlan(f"Batch {batch.orders} has too many lines.")
        if cart.one_zone and len({o.zone for o in load}) > 1:
            raise WrongPlan(f"Batch {batch.orders} mixes zones.")
        if len(batch.round.order) != sum(len(o.places) for o in load):
            raise WrongPlan(f"The round of batch {batch.orders} misses a line.")
    for picker in {batch.picker for batch in plan.batches}:
        spans = sorted((b.starts, b.ends) for b in plan.batches if b.picker == picker)
        if any(later[0] < earlier[1] - 1e-6 for earlier, later in pairwise(spans)):
            raise WrongPlan(f"Picker {picker} would walk two rounds at once.")
    walked = sum(batch.round.length for batch in plan.batches)
    if abs(walked - plan.length) > 1e-6 * (1 + walked) or plan.bound > plan.length + 1e-6 * (1 + walked):
        raise WrongPlan("The plan's length or bound does not add up.")
