"""Where to put a load: hard rules first, then a score in metres, with the reason for every refusal and every metre.

Bins live in columns of arrays (`BinTable`), so that fifty thousand are judged in a few milliseconds.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .values import Place
from .walkable import PLAIN, Walkable

__all__ = ["BinRules", "BinTable", "Inside", "Load", "RankedBin", "bin_refusals", "choose_bins"]

METRE = 1000 * PLAIN
STRANGE = "several"
"""What lies in a bin that nothing may join."""
PLACES_KEPT = 256  # from which distances to all bins are remembered: docks and pick faces
Judge = Callable[["BinTable", "Load"], NDArray[np.bool_]]


@dataclass(frozen=True, slots=True)
class Load:
    """What is to be put away. Whole grams, millilitres and millimetres; `velocity` is expected picks a day."""

    name: str
    item: str
    lot: str = ""
    grams: int = 0
    millilitres: int = 0
    height: int = 0
    temperature: str = "ambient"
    hazard: str = ""
    velocity: float = 0.0
    pick_face: Place | None = None


@dataclass(frozen=True, slots=True)
class Inside:
    """What lies in a bin, one item and one lot of it, or is on its way there."""

    item: str
    lot: str
    grams: int
    millilitres: int
    hazard: str = ""


class BinTable:
    """Bins as columns. Free space is what is left now; `item`, `lot` and `hazard` name what is inside ("" when empty).

    `built_for` are the hazard classes each bin is built for; a class that any bin of the table is built for lies nowhere else.
    """

    def __init__(
        self,
        layout: Walkable,
        names: Sequence[str],
        places: Sequence[Place],
        *,
        free_grams: Sequence[int],
        free_millilitres: Sequence[int],
        height: Sequence[int],
        temperature: Sequence[str],
        item: Sequence[str],
        lot: Sequence[str],
        hazard: Sequence[str],
        open_bins: Sequence[bool] | None = None,
        built_for: Sequence[frozenset[str]] | None = None,
    ) -> None:
        """Distances from the depot are worked out here, once. Raises OutsidePlan, ValueError for uneven columns."""
        count = len(names)
        columns = (places, free_grams, free_millilitres, height, temperature, item, lot, hazard)
        if any(len(column) != count for column in columns):
            raise ValueError("Every column of a bin table is as long as its names.")
        self.layout, self.names, self.places = layout, list(names), list(places)
        self.free_grams = np.array(free_grams, dtype=np.int64)
        self.free_millilitres = np.array(free_millilitres, dtype=np.int64)
        self.height = np.array(height, dtype=np.int64)
        self.codes: dict[str, int] = {"": 0}
        self.temperature, self.item = self._coded(temperature), self._coded(item)
        self.lot, self.hazard = self._coded(lot), self._coded(hazard)
        self.open = np.ones(count, dtype=bool) if open_bins is None else np.array(open_bins, dtype=bool)
        self.built_for = [frozenset[str]()] * count if built_for is None else list(built_for)
        self._spots = list(dict.fromkeys(self.places))
        index = {place: number for number, place in enumerate(self._spots)}
        self._spot = np.array([index[place] for place in self.places], dtype=np.intp)
        self._from: dict[Place, NDArray[np.float64]] = {}
        self.metres_from(layout.depot)

    def code(self, word: str) -> int:
        """The number of a word; -1 when no bin knows it."""
        return self.codes.get(word, -1)

    def metres_from(self, place: Place) -> NDArray[np.float64]:
        """Metres from a place to every bin, remembered."""
        known = self._from.get(place)
        if known is None:
            known = self.layout.matrix([place], self._spots)[0] / METRE
            self._from[place] = known = known[self._spot]
            while len(self._from) > PLACES_KEPT:
                self._from.pop(next(iter(self._from)))
        return known

    def holding(self, taken: NDArray[np.intp], inside: Mapping[int, Inside]) -> "BinTable":
        """The same bins, empty so far, with something in them: `taken` hold what nothing may join, `inside` is known by number.

        Distances and all that never changes are shared with this table.
        """
        table = copy(self)
        table.codes = {**self.codes}
        strange = table.codes.setdefault(STRANGE, len(table.codes))
        table.item, table.lot, table.hazard = self.item.copy(), self.lot.copy(), self.hazard.copy()
        table.free_grams, table.free_millilitres = self.free_grams.copy(), self.free_millilitres.copy()
        table.item[taken] = table.lot[taken] = strange
        for number, what in inside.items():
            for column, word in ((table.item, what.item), (table.lot, what.lot), (table.hazard, what.hazard)):
                column[number] = table.codes.setdefault(word, len(table.codes))
            table.free_grams[number] -= what.grams
            table.free_millilitres[number] -= what.millilitres
        return table

    def _coded(self, words: Sequence[str]) -> NDArray[np.int64]:
        return np.array([self.codes.setdefault(word, len(self.codes)) for word in words], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class BinRules:
    """What one mixes and what it is worth. All worths in metres.

    Attributes:
        mix_items: whether a bin may hold different items; `mix_lots` different lots of one item.
        apart: pairs of hazard classes that must not share a bin ("oxidiser", "flammable").
        pick_days: how many days of future picks count; `picks_per_round` how many share one walk.
        same_lot: metres a bin with the same lot is worth; `same_item` likewise; `started` one already in use.
        near_face: metres each metre to the pick face counts.
        best: how many bins to return per load.
    """

    mix_items: bool = False
    mix_lots: bool = False
    apart: tuple[tuple[str, str], ...] = ()
    pick_days: float = 14.0
    picks_per_round: float = 15.0
    same_lot: float = 30.0
    same_item: float = 10.0
    started: float = 5.0
    near_face: float = 0.3
    best: int = 10


@dataclass(frozen=True, slots=True)
class RankedBin:
    """A bin for a load: its score (metres, lower is better) and the parts of it; for none, why bins were refused."""

    load: str
    bin: str | None
    score: float
    reasons: tuple[str, ...]
    index: int = field(default=-1)


def choose_bins(
    layout: Walkable, loads: Sequence[Load], bins: BinTable, rules: BinRules, *, here: Place | None = None
) -> list[list[RankedBin]]:
    """Ranked bins for every load, best first; with several loads the first ones are different bins, cheapest in all.

    Args:
        layout: the floor of the table.
        loads: what to put away.
        bins: all bins of the site.
        rules: hard rules and worths.
        here: where the loads are now; the depot when left out.

    Returns:
        One list per load. A load no bin can take has one entry with `bin` None and a count for each refusal.
    """
    origin = layout.depot if here is None else here
    judged = [_judge(load, bins, rules, origin) for load in loads]
    first = _assign([scores for scores, _ in judged]) if len(loads) > 1 else {}
    return [_rank(load, bins, rules, origin, *judged[n], first.get(n)) for n, load in enumerate(loads)]


def _refusals(load: Load, bins: BinTable, rules: BinRules) -> dict[str, NDArray[np.bool_]]:
    """Which bins each hard rule refuses."""
    empty = bins.item == 0
    other_item = ~empty & (bins.item != bins.code(load.item))
    other_lot = ~empty & ~other_item & (bins.lot != bins.code(load.lot))
    refused = {
        "is closed": ~bins.open,
        "has no room": bins.free_millilitres < load.millilitres,
        "cannot carry the weight": bins.free_grams < load.grams,
        "is too low": bins.height < load.height,
        "has another temperature": bins.temperature != bins.code(load.temperature),
    }
    if not rules.mix_items:
        refused["holds another item"] = other_item
    if not rules.mix_lots:
        refused["holds another lot"] = other_lot
    if any(load.hazard in classes for classes in bins.built_for):
        refused["is not built for this hazard"] = np.array(
            [load.hazard not in classes for classes in bins.built_for], dtype=bool
        )
    foes = {b for a, b in rules.apart if a == load.hazard} | {a for a, b in rules.apart if b == load.hazard}
    if foes and load.hazard:
        refused["holds a hazard that must be kept apart"] = np.isin(
            bins.hazard, [bins.code(foe) for foe in foes]
        )
    return refused


def bin_refusals(load: Load, bins: BinTable, rules: BinRules, index: int) -> tuple[str, ...]:
    """The names of the hard rules by which one bin of the table refuses a load; none when it may lie there."""
    return tuple(why for why, mask in _refusals(load, bins, rules).items() if mask[index])


def _judge(load: Load, bins: BinTable, rules: BinRules, here: Place) -> tuple[NDArray[np.float64], list[str]]:
    refused = _refusals(load, bins, rules)
    bad = np.zeros(len(bins.names), dtype=bool)
    for mask in refused.values():
        bad |= mask
    scores = np.zeros(len(bins.names))
    for _, part in _parts(load, bins, rules, here):
        scores += part
    scores[bad] = np.inf
    reasons = (
        [f"{int(mask.sum())} bins: {why}" for why, mask in refused.items() if mask.any()] if bad.all() else []
    )
    return scores, reasons


def _parts(load: Load, bins: BinTable, rules: BinRules, here: Place) -> list[tuple[str, NDArray[np.float64]]]:
    """The score's parts by name, each in metres per bin."""
    picks = 2 * load.velocity * rules.pick_days / rules.picks_per_round
    same_item = bins.item == bins.code(load.item)
    same_lot = same_item & (bins.lot == bins.code(load.lot))
    parts = [
        ("walk now", bins.metres_from(here)),
        ("future picks", bins.metres_from(bins.layout.depot) * picks),
        ("same lot", np.where(same_lot, -rules.same_lot, 0.0)),
        ("same item", np.where(same_item, -rules.same_item, 0.0)),
        ("keeps empty bins whole", np.where(bins.item == 0, 0.0, -rules.started)),
    ]
    if load.pick_face is not None:
        parts.append(("to the pick face", bins.metres_from(load.pick_face) * rules.near_face))
    return parts


def _assign(scores: list[NDArray[np.float64]]) -> dict[int, int]:
    """One bin per load, all different, cheapest in all; loads no bin takes are left out."""
    from scipy.optimize import linear_sum_assignment

    most = len(scores)
    useful = sorted({int(b) for s in scores for b in _cheapest(s, most)})
    takers = [n for n, s in enumerate(scores) if np.isfinite(s).any()]
    if not takers or not useful:
        return {}
    costs = np.array([scores[n][useful] for n in takers])
    never = 1e9
    lines, columns = linear_sum_assignment(np.where(np.isfinite(costs), costs, never))
    pairs = zip(lines.tolist(), columns.tolist(), strict=True)
    return {takers[line]: useful[column] for line, column in pairs if costs[line, column] < never}


def _cheapest(scores: NDArray[np.float64], most: int) -> NDArray[np.intp]:
    """The `most` finite lowest, lowest first, ties by position."""
    count = min(most, int(np.isfinite(scores).sum()))
    if count == 0:
        return np.zeros(0, dtype=np.intp)
    edge = np.partition(scores, count - 1)[count - 1]
    near = np.flatnonzero(scores <= edge)
    return near[np.argsort(scores[near], kind="stable")][:count]


def _rank(
    load: Load,
    bins: BinTable,
    rules: BinRules,
    here: Place,
    scores: NDArray[np.float64],
    refused: list[str],
    first: int | None,
) -> list[RankedBin]:
    order = [int(b) for b in _cheapest(scores, rules.best)]
    if first is not None:
        order = [first, *(b for b in order if b != first)][: rules.best]
    if not order:
        return [RankedBin(load.name, None, float("inf"), tuple(refused))]
    parts = _parts(load, bins, rules, here)
    ranked = []
    for number in order:
        reasons = tuple(f"{name} {part[number]:+.1f} m" for name, part in parts if part[number])
        ranked.append(RankedBin(load.name, bins.names[number], float(scores[number]), reasons, number))
    return ranked
