"""Finding room: which bin still takes so many of an item, nearest to the packing tables first."""

from collections.abc import Sequence
from decimal import Decimal

from backend.floor.catalog import ItemMaster, PlaceMaster


class Shelves:
    """The bins of one kind, in the order they should fill, and how much room each has left."""

    def __init__(self, bins: Sequence[PlaceMaster], fullest: Decimal) -> None:
        self._order = list(bins)
        self._weight = {bin_.code: (bin_.max_weight_g or 0) * fullest for bin_ in bins}
        self._volume = {bin_.code: (bin_.max_volume_ml or 0) * fullest for bin_ in bins}
        self._item: dict[str, str] = {}

    def take(
        self, item: ItemMaster, wanted: Decimal, *, least: Decimal, joins: bool
    ) -> tuple[str, Decimal] | None:
        """Claims room for up to `wanted` pieces, at least `least`, in an empty bin or, if `joins`, beside the same item.

        Returns the bin's code and how many fit, or None when no bin takes `least`.
        """
        for bin_ in self._order:
            holder = self._item.get(bin_.code)
            if holder is not None and not (joins and holder == item.sku):
                continue
            fits = min(wanted, self._room(bin_.code, item))
            if fits >= least:
                self._item[bin_.code] = item.sku
                self._weight[bin_.code] -= fits * item.weight_g
                self._volume[bin_.code] -= fits * item.volume_ml
                return bin_.code, fits
        return None

    def _room(self, code: str, item: ItemMaster) -> Decimal:
        by_weight = self._weight[code] // item.weight_g
        by_volume = self._volume[code] // item.volume_ml
        return max(Decimal(0), min(by_weight, by_volume))


def nearest_first(bins: Sequence[PlaceMaster], levels: Sequence[int], depot_x: Decimal) -> list[PlaceMaster]:
    """Bins of these levels, the best level first, and on each the shortest walk from the depot first."""

    def walk(bin_: PlaceMaster) -> tuple[Decimal, str]:
        assert bin_.x is not None
        assert bin_.y is not None
        return abs(bin_.x - depot_x) + bin_.y, bin_.code

    rank = {level: place for place, level in enumerate(levels)}
    chosen = [bin_ for bin_ in bins if bin_.level in rank]
    return sorted(chosen, key=lambda bin_: (rank[bin_.level or 0], walk(bin_)))
