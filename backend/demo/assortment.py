"""The items of `items.yaml` spelled out: numbers, names, packagings with GTINs, weights and volumes."""

import itertools
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, cast

import msgspec

from backend.demo.company import Assortment, Family, Velocity
from backend.floor.catalog import ItemMaster, PackagingMaster, gtin_of

FIRST_NUMBER = 101
MASTER_VERSION = 1
BOX, PALLET = 1, 2  # indicator digits


class Article(msgspec.Struct, frozen=True):
    """An item of the demo company, and the family it comes from."""

    master: ItemMaster
    family: Family


def articles(assortment: Assortment) -> list[Article]:
    """Every item, in the order of the file; the same at every run."""
    references = itertools.count(1)
    return [
        Article(master, family)
        for family in assortment.families
        for master in _members(assortment, family, references)
    ]


def _members(assortment: Assortment, family: Family, references: Iterator[int]) -> Iterator[ItemMaster]:
    draw = random.Random(family.sku)
    for place, values in enumerate(itertools.product(*family.each.values())):
        words = dict(zip(family.each, values, strict=True))
        yield ItemMaster(
            sku=f"{family.sku}-{FIRST_NUMBER + place}",
            name=family.name.format(**words),
            unit=family.unit or assortment.unit,
            version=MASTER_VERSION,
            whole=family.whole,
            tracking=family.tracking,
            expires=family.shelf_life_days > 0,
            weight_g=Decimal(draw.randint(*family.weight)),
            volume_ml=Decimal(draw.randint(*family.volume)),
            group=family.group,
            velocity=cast("Velocity", family.velocity[place % len(family.velocity)]),
            packagings=tuple(_packagings(assortment.company_prefix, family, next(references))),
            attributes=_attributes(family),
        )


def _packagings(prefix: str, family: Family, reference: int) -> Iterator[PackagingMaster]:
    yield PackagingMaster(kind="each", quantity=Decimal(1), gtin=gtin_of(prefix, reference))
    for kind, indicator, pieces in (("box", BOX, family.boxed), ("pallet", PALLET, family.palletised)):
        if pieces:
            yield PackagingMaster(
                kind=kind, quantity=Decimal(pieces), gtin=gtin_of(prefix, reference, indicator)
            )


def _attributes(family: Family) -> dict[str, Any]:
    known = {"shelf_life_days": family.shelf_life_days, "hazard": family.hazard}
    return {name: value for name, value in known.items() if value}
