"""What went in lies in the right piece: what was scanned for it, else the first in with the first out."""

import random
from decimal import Decimal
from uuid import UUID

from backend.floor.mes.kinship import Made, Share, Went, shares
from backend.kernel.ids import new_id

HUB = new_id()
FIRST, SECOND, THIRD = new_id(), new_id(), new_id()


def went(left: str, report: UUID | None, *, material: UUID = HUB) -> Went:
    """So much of a lot of its own, scanned for a report."""
    return Went(id=new_id(), material=material, child=new_id(), left=Decimal(left), report=report)


def made(wanted: str, report: UUID, *, material: UUID = HUB) -> Made:
    """A piece that lacks so much."""
    return Made(id=new_id(), parent=new_id(), material=material, wanted=Decimal(wanted), report=report)


def told(found: list[Share]) -> set[tuple[UUID, UUID, str]]:
    """Who got how much of what."""
    return {(one.production, one.consumption, str(one.quantity)) for one in found}


def test_piece_by_piece_scans_lie_in_their_piece() -> None:
    """A part that was scanned in vain for the first piece does not push the second piece's part into a third."""
    good, spare, own = went("1", FIRST), went("1", FIRST), went("1", SECOND)
    one, two = made("1", FIRST), made("1", SECOND)
    assert told(shares([good, spare, own], [one, two])) == {(one.id, good.id, "1"), (two.id, own.id, "1")}


def test_a_lot_scanned_once_for_all_goes_first_in_first_out() -> None:
    """Ten of a lot before the first report, ten of the next in between: no piece takes from the second while the first lasts."""
    early, late = went("10", FIRST), went("10", SECOND)
    pieces = [made("6", FIRST), made("6", SECOND)]
    assert told(shares([early, late], pieces)) == {
        (pieces[0].id, early.id, "6"),
        (pieces[1].id, early.id, "4"),
        (pieces[1].id, late.id, "2"),
    }


def test_what_is_missing_is_filled_from_what_is_over_but_not_from_what_is_anothers() -> None:
    """The first report forgot a scan; the second's exact scans stay its own; what comes later fills the gap."""
    own, late = went("2", SECOND), went("1", None)
    one, two = made("1", FIRST), made("2", SECOND)
    assert told(shares([own, late], [one, two])) == {(two.id, own.id, "2"), (one.id, late.id, "1")}


def test_nothing_is_given_twice_and_nobody_gets_more_than_it_lacks() -> None:
    """In two hundred random orders: sums hold, no piece lies in itself, and whatever still lacks found nothing left."""
    for seed in range(200):
        chance = random.Random(seed)
        reports, materials = [FIRST, SECOND, THIRD], [HUB, new_id()]
        pool = [
            went(
                str(chance.randint(1, 4)), chance.choice([*reports, None]), material=chance.choice(materials)
            )
            for _ in range(8)
        ]
        pieces = [
            made(str(chance.randint(1, 3)), report, material=material)
            for report in reports
            for material in materials
        ]
        found = shares(pool, pieces)
        for one in pool:
            assert sum(row.quantity for row in found if row.consumption == one.id) <= one.left
        for piece in pieces:
            got = sum(
                row.quantity
                for row in found
                if row.production == piece.id
                and any(one.id == row.consumption and one.material == piece.material for one in pool)
            )
            left = sum(one.left for one in pool if one.material == piece.material) - sum(
                row.quantity
                for row in found
                if any(one.id == row.consumption and one.material == piece.material for one in pool)
            )
            assert got <= piece.wanted
            assert got == piece.wanted or left == 0
