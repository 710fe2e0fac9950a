"""How effective a machine is, of minutes. Pure."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Final, NamedTuple

_PLACES: Final = Decimal("0.0001")


class Oee(NamedTuple):
    """Shares of 1; None where their whole is nothing."""

    availability: Decimal | None
    effectiveness: Decimal | None
    quality: Decimal | None
    oee: Decimal | None


def effectiveness(*, planned: Decimal, run: Decimal, ideal: Decimal, ideal_good: Decimal) -> Oee:
    """Overall equipment effectiveness by ISO 22400-2, of minutes: APT/PBT, PRI·PQ/APT, and the product of these with the quality ratio.

    `ideal` is what all that came out should have taken, `ideal_good` the good of it: so that different products weigh as their work does.
    """
    parts = (_share(run, planned), _share(ideal, run), _share(ideal_good, ideal))
    whole = _share(ideal_good, planned) if None not in parts else None
    return Oee(*parts, whole)


def _share(part: Decimal, whole: Decimal) -> Decimal | None:
    return (part / whole).quantize(_PLACES, ROUND_HALF_UP) if whole > 0 else None
