"""The floor of `site.yaml` laid out: every place with its coordinates, and the plan that the router and the map read."""

import itertools
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from backend.demo.company import Area, SitePlan, Zone
from backend.floor.catalog import PlaceMaster, SiteMaster, place_check_digits

HALF = Decimal("0.5")
FILL = Decimal("0.9")  # of a bin's space that goods can really take


def site_master(plan: SitePlan, *, company_prefix: str = "") -> SiteMaster:
    """The site, with the plan that `routing.Layout.blocks` and the floor map are made of; its own SSCCs begin with the prefix, its labels speak its language."""
    document = plan_document(plan) | {"company_prefix": company_prefix, "language": plan.language}
    return SiteMaster(code=plan.code, name=plan.name, time_zone=plan.time_zone, plan=document)


def places(plan: SitePlan) -> list[PlaceMaster]:
    """Every place of the site: bins by aisle, then what stands in front, then the virtual ones."""
    virtual = [PlaceMaster(kind=place.kind, code=place.code) for place in plan.virtual]
    return [*_bins(plan), *(place for area in plan.areas for place in _area_places(area)), *virtual]


def aisle_positions(plan: SitePlan) -> list[tuple[str, Zone, Decimal]]:
    """Each aisle's letter, zone, and x of its middle; the first aisle is at 0."""
    positions: list[tuple[str, Zone, Decimal]] = []
    for zone in plan.zones:
        for letter in zone.aisles:
            step = (positions[-1][1].pitch + zone.pitch) * HALF if positions else Decimal(0)
            positions.append((letter, zone, (positions[-1][2] if positions else Decimal(0)) + step))
    return positions


def depot_x(plan: SitePlan) -> Decimal:
    """Where along the front rounds begin and end; `depot` is spoken as `routing.Layout.blocks` does."""
    xs = [x for _, _, x in aisle_positions(plan)]
    side = plan.depot.partition("-")[2]
    return {"left": xs[0], "centre": (xs[0] + xs[-1]) * HALF, "right": xs[-1]}[side]


def plan_document(plan: SitePlan) -> dict[str, Any]:
    """The plan as JSON: `aisles … depot` are the arguments of `routing.Layout.blocks`; the rest is for drawing (metres)."""
    aisles = aisle_positions(plan)
    xs = [x for _, _, x in aisles]
    depth = plan.aisle_length * plan.blocks
    return {
        "aisles": len(aisles),
        "blocks": plan.blocks,
        "aisle_length": float(plan.aisle_length),
        "pitch": [float(after - before) for before, after in itertools.pairwise(xs)],
        "depot": plan.depot,
        "bay_width": float(plan.bay_width),
        "bays_per_side": plan.bays_per_side,
        "cross_aisle_width": float(plan.cross_aisle_width),
        "zones": [{"code": zone.code, "name": zone.name, "levels": len(zone.levels)} for zone in plan.zones],
        "aisle_codes": [letter for letter, _, _ in aisles],
        "aisle_x": [float(x) for x in xs],
        "racks": [rack for index in range(len(aisles)) for rack in _racks(plan, index)],
        "areas": [_drawn(place, area) for area in plan.areas for place in _area_places(area)],
        "bounds": {
            "x": float(xs[0] - aisles[0][1].pitch),
            "y": float(min(area.y - area.depth for area in plan.areas)),
            "width": float(xs[-1] - xs[0] + aisles[0][1].pitch + aisles[-1][1].pitch),
            "depth": float(depth - min(area.y - area.depth for area in plan.areas)),
        },
    }


def _bins(plan: SitePlan) -> Iterator[PlaceMaster]:
    for index, (letter, zone, x) in enumerate(aisle_positions(plan)):
        for block in range(plan.blocks):
            for bay, side, offset in _bays(plan, block):
                for number, level in enumerate(zone.levels, start=1):
                    for slot in zone.slots:
                        code = f"{letter}-{bay:02d}-{number}-{slot}"
                        width = plan.bay_width / len(zone.slots)
                        litres = width * zone.rack_depth * level.height_mm * FILL
                        yield PlaceMaster(
                            kind="bin",
                            code=code,
                            check_digits=place_check_digits(code),
                            zone=zone.code,
                            aisle=index,
                            block=block,
                            side=side,
                            bay=bay,
                            level=number,
                            slot=slot,
                            offset_m=offset,
                            x=x,
                            y=block * plan.aisle_length + offset,
                            max_weight_g=level.weight_kg * 1000 // len(zone.slots),
                            max_volume_ml=int(litres * 1000),
                            max_height_mm=level.height_mm,
                            rules=zone.rules,
                        )


def _bays(plan: SitePlan, block: int) -> Iterator[tuple[int, str, Decimal]]:
    """Number, side and offset of each bay of a block: odd left, even right, like houses in a street."""
    first = 1 + block * plan.bays_per_side * 2
    start = (plan.aisle_length - plan.bay_width * plan.bays_per_side) * HALF
    for position in range(plan.bays_per_side):
        offset = start + plan.bay_width * (position + HALF)
        yield first + 2 * position, "L", offset
        yield first + 2 * position + 1, "R", offset


def _racks(plan: SitePlan, index: int) -> Iterator[dict[str, Any]]:
    letter, zone, x = aisle_positions(plan)[index]
    start = (plan.aisle_length - plan.bay_width * plan.bays_per_side) * HALF
    walk = zone.pitch * HALF - zone.rack_depth
    for block in range(plan.blocks):
        bays = list(_bays(plan, block))
        for side, left in (("L", x - walk - zone.rack_depth), ("R", x + walk)):
            yield {
                "aisle": index,
                "code": letter,
                "block": block,
                "side": side,
                "zone": zone.code,
                "x": float(left),
                "y": float(block * plan.aisle_length + start),
                "width": float(zone.rack_depth),
                "depth": float(plan.bay_width * plan.bays_per_side),
                "bays": [bay for bay, bay_side, _ in bays if bay_side == side],
            }


def _area_places(area: Area) -> Iterator[PlaceMaster]:
    for number in range(1, area.count + 1):
        code = f"{area.code}-{number:0{area.digits}d}"
        yield PlaceMaster(
            kind=area.kind,
            code=code,
            check_digits=place_check_digits(code),
            x=area.first_x + area.step_x * (number - 1),
            y=area.y,
        )


def _drawn(place: PlaceMaster, area: Area) -> dict[str, Any]:
    assert place.x is not None
    return {
        "kind": area.kind,
        "code": place.code,
        "name": area.name,
        "x": float(place.x - area.width * HALF),
        "y": float(area.y - area.depth * HALF),
        "width": float(area.width),
        "depth": float(area.depth),
    }
