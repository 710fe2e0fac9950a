"""How a rectangular floor is described, read into whole millimetres."""

from collections.abc import Sequence

from .errors import BadPlan
from .values import OnCross
from .walkable import millimetres

__all__ = ["home_of", "sub_aisle_lengths"]


def sub_aisle_lengths(
    aisles: int, blocks: int, aisle_length: float | Sequence[float] | Sequence[Sequence[float]]
) -> tuple[tuple[int, ...], ...]:
    """Millimetres by aisle and block, of one number, one a block, or one row an aisle. Raises BadPlan."""
    if isinstance(aisle_length, (int, float)):
        return ((millimetres(aisle_length),) * blocks,) * aisles
    rows: list[tuple[int, ...]] = []
    flat: list[int] = []
    for entry in aisle_length:
        if isinstance(entry, (int, float)):
            flat.append(millimetres(entry))
        else:
            rows.append(tuple(millimetres(metres) for metres in entry))
    if flat and not rows:
        rows = [tuple(flat)] * aisles
    if len(rows) != aisles or any(len(row) != blocks for row in rows):
        raise BadPlan(
            f"Aisle lengths must be one number, {blocks} (one per block), or {aisles} rows of {blocks}."
        )
    return tuple(rows)


def home_of(depot: str | tuple[int, float], xs: tuple[int, ...], blocks: int) -> OnCross:
    """Where rounds begin: "front-left" and the like, or (cross-aisle, metres). Raises BadPlan."""
    if not isinstance(depot, str):
        return OnCross(depot[0], millimetres(depot[1]))
    sides = {"left": 0, "centre": xs[-1] // 2, "right": xs[-1]}
    end, _, side = depot.partition("-")
    if end not in ("front", "rear") or side not in sides:
        raise BadPlan(f"Unknown depot {depot!r}: front- or rear- with left, centre or right.")
    return OnCross(0 if end == "front" else blocks, sides[side])
