"""The shortest round, proved; the best batches; the best bin. Pure: values in, values out.

>>> layout = Layout.blocks(aisles=10, blocks=2, aisle_length=40.0, pitch=5.0, depot="front-centre")
>>> stops = [layout.at(aisle=3, block=0, offset=12.5), layout.at(aisle=8, block=1, offset=3)]
>>> round = shortest_round(layout, stops)
>>> round.order, round.length, round.proved
((0, 1), 136.0, True)

Importing this face loads neither numba nor ortools. A worker calls `accelerate()` once to compile the inner loops; the
answers are the same.
"""

from .batching import batch_orders
from .batchvalues import Batch, Cart, Order, Pace, Plan, TooLarge
from .bins import BinRules, BinTable, Inside, Load, RankedBin, bin_refusals, choose_bins
from .blocklayout import BlockLayout
from .compiled import accelerate
from .errors import BadPlan, ImpossibleOrder, OutsidePlan, RoutingError, UnreachableStop
from .graphlayout import GraphLayout
from .layout import Layout
from .openround import Joined, OpenRound, join_open_round
from .rounds import shortest_round
from .slotting import Move, SlotPlan, slot_items
from .values import AtNode, InAisle, Leg, OnCross, Place, Point, Round
from .walkable import Walkable
from .warmup import warm_up

__all__ = [
    "AtNode",
    "BadPlan",
    "Batch",
    "BinRules",
    "BinTable",
    "BlockLayout",
    "Cart",
    "GraphLayout",
    "ImpossibleOrder",
    "InAisle",
    "Inside",
    "Joined",
    "Layout",
    "Leg",
    "Load",
    "Move",
    "OnCross",
    "OpenRound",
    "Order",
    "OutsidePlan",
    "Pace",
    "Place",
    "Plan",
    "Point",
    "RankedBin",
    "Round",
    "RoutingError",
    "SlotPlan",
    "TooLarge",
    "UnreachableStop",
    "Walkable",
    "accelerate",
    "batch_orders",
    "bin_refusals",
    "choose_bins",
    "join_open_round",
    "shortest_round",
    "slot_items",
    "warm_up",
]
