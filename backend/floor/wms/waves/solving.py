"""A wave solved: orders that no cart or no open way allows set apart, the rest batched. Pure; run by `solver_process`."""

from collections.abc import Callable

from backend.floor.routing import Cart, Order, Pace, Place, Walkable, batch_orders
from backend.floor.wms.picking.floor import Floor
from backend.floor.wms.waves.problem import Problem, Solved, WaveOrder

Tell = Callable[[float, float, list[list[str]]], None]


def solve(problem: Problem, *, tell: Tell, cancelled: Callable[[], bool]) -> Solved:
    """The best plan found within the budget; `tell` hears the share done, the metres and the best plan so far."""
    floor = Floor(dict(problem.plan))
    layout = floor.layout.congested({(aisle, block): factor for aisle, block, factor in problem.crowd})
    left, alone, together = _apart(problem, floor)
    orders = [_order(floor, order) for order in together]
    cart = Cart(totes=problem.totes)
    pace = Pace(pickers=max(1, problem.pickers))
    before = batch_orders(layout, orders, cart, budget=0, pace=pace)

    def hear(share: float, metres: float, groups: list[list[int]]) -> None:
        tell(share, float(metres + walked_alone), [[together[n].id for n in group] for group in groups])

    walked_alone = sum(_alone(layout, floor, order) for order in alone)
    plan = batch_orders(
        layout,
        orders,
        cart,
        budget=problem.budget,
        pace=pace,
        seed=problem.seed,
        cancelled=cancelled,
        progress=hear,
        prove=problem.prove,
    )
    return Solved(
        id=problem.id,
        batches=[
            *([order.id] for order in alone),
            *([together[number].id for number in batch.orders] for batch in plan.batches),
        ],
        left=left,
        first_come_m=float(before.length + walked_alone),
        length_m=float(plan.length + walked_alone),
        bound_m=float(plan.bound + walked_alone),
        proved=bool(plan.proved),
        method=plan.method,
    )


def _apart(problem: Problem, floor: Floor) -> tuple[dict[str, str], list[WaveOrder], list[WaveOrder]]:
    """Orders that stay, with the reason; orders larger than a cart, which are walked alone; and the others."""
    left: dict[str, str] = {}
    alone, together = [], []
    for order in problem.orders:
        if floor.cut_off(order.stops):
            left[order.id] = "aisle_closed"
        elif order.totes > problem.totes:
            alone.append(order)
        else:
            together.append(order)
    return left, alone, together


def _order(floor: Floor, order: WaveOrder) -> Order:
    places: tuple[Place, ...] = tuple(floor.stand(stop) for stop in order.stops)
    return Order(order.id, places, totes=order.totes, due=order.due)


def _alone(layout: Walkable, floor: Floor, order: WaveOrder) -> float:
    cart = Cart(totes=order.totes)
    return batch_orders(layout, [_order(floor, order)], cart, budget=0).length
