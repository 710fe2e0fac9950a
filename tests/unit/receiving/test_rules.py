"""Receiving's and putaway's decisions, each as a table."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from backend.floor.expected import STATES, beyond, next_due, open_quantity, sources
from backend.floor.expected.rules import tolerated
from backend.floor.expected.tables import STATES as STORED_STATES
from backend.floor.wms.putaway import rules as putaway
from backend.floor.wms.receiving import rules
from backend.floor.wms.receiving.tables import DISCREPANCIES

D = Decimal


def test_a_delivery_only_moves_between_states_that_are_stored() -> None:
    """Every state of the table can be stored, every stored one can be reached, and what is over cannot be closed again."""
    reached = {state for state, _ in STATES} | set(STATES.values())
    assert reached == set(STORED_STATES)
    assert sources("close") == ("open", "receiving")
    assert sources("undo") == ("open", "receiving", "cancelled")
    assert STATES["open", "receive"] == "receiving"
    assert STATES["done", "receive"] == "done"
    assert ("done", "undo") not in STATES


@pytest.mark.parametrize(
    ("quantity", "received", "now", "percent", "too_much"),
    [
        ("10", "10", "10", "0", "0"),
        ("10", "11", "11", "10", "0"),
        ("10", "13", "13", "10", "2"),
        ("10", "25", "5", "10", "5"),  # what came before was too much already: all of this is
        ("0", "1", "1", "50", "1"),
    ],
)
def test_beyond_the_tolerance(quantity: str, received: str, now: str, percent: str, too_much: str) -> None:
    """What was ordered and the tolerance on top are in order; only what came now can be too much now."""
    assert beyond(D(quantity), D(received), D(now), D(percent)) == D(too_much)
    assert open_quantity(D(quantity), D(received)) == max(D(0), D(quantity) - D(received))


def test_the_next_part_of_a_schedule() -> None:
    """The day of the first part that is not covered; nothing once all is here."""
    schedule = [{"quantity": "5", "on": "2026-11-30"}, {"quantity": "5", "on": "2026-12-07"}]
    assert next_due(schedule, D(4)) == date(2026, 11, 30)
    assert next_due(schedule, D(5)) == date(2026, 12, 7)
    assert next_due(schedule, D(10)) is None


@pytest.mark.parametrize(
    ("arrived", "blocked", "kinds"),
    [
        (rules.Arrived(quantity=D(5), open=D(5)), "0", []),
        (rules.Arrived(quantity=D(5), open=D(5), condition="damaged"), "5", ["damaged"]),
        (rules.Arrived(quantity=D(5), open=D(5), condition="expired"), "5", ["damaged"]),
        (rules.Arrived(quantity=D(5), open=D(3), over_order=D(2), over_advice=D(2)), "2", ["over"]),
        (rules.Arrived(quantity=D(5), open=D(3), over_advice=D(2)), "0", ["over"]),
        (rules.Arrived(quantity=D(5), announced=False, on_a_line=False), "0", ["no_asn"]),
        (rules.Arrived(quantity=D(5), on_a_line=False), "5", ["wrong_item"]),
        (rules.Arrived(quantity=D(5), open=D(5), lot="B", lots=frozenset({"A"})), "0", ["wrong_lot"]),
        (rules.Arrived(quantity=D(5), open=D(5), lot="A", lots=frozenset({"A"})), "0", []),
        (
            rules.Arrived(
                quantity=D(5), open=D(3), over_order=D(2), condition="damaged", lot="B", lots=frozenset({"A"})
            ),
            "5",
            ["damaged", "over", "wrong_lot"],
        ),
    ],
)
def test_what_becomes_of_goods(arrived: rules.Arrived, blocked: str, kinds: list[str]) -> None:
    """Each difference is told once, the worst first; damaged and wrong goods are blocked whole, too much only beyond."""
    verdict = rules.judge(arrived)
    assert (verdict.blocked, [one.kind for one in verdict.differences]) == (D(blocked), kinds)


def test_every_kind_of_difference_has_its_status_and_its_loudness() -> None:
    """The tables and the column know the same kinds."""
    assert set(rules.STATUS) == set(rules.SEVERITY) == set(DISCREPANCIES)
    assert not rules.is_expired(date(2026, 1, 1), date(2026, 1, 1))
    assert rules.is_expired(date(2026, 1, 1), date(2026, 1, 2))


def piece(item: int, **more: object) -> putaway.Piece:
    """Ten of something of 100 g and a litre each."""
    facts: dict[str, object] = {
        "item": UUID(int=item), "lot": None, "quantity": D(10), "weight_g": D(100), "volume_ml": D(1000),
        "velocity": "B", "attributes": {},
    }  # fmt: skip
    return putaway.Piece(**facts | more)  # type: ignore[arg-type]


def test_what_a_load_weighs_and_how_high_it_stands() -> None:
    """A box is as high as its items say; a pallet has its deck, its stack, and never less than a pallet place needs."""
    box = putaway.measure([piece(1)], kind="box")
    assert (box.grams, box.millilitres, box.height, box.item) == (1000, 10_000, 0, str(UUID(int=1)))
    assert putaway.measure([piece(1)], kind="pallet").height == putaway.PALLET_CLEAR_MM
    tall = putaway.measure([piece(1, quantity=D(1200))], kind="pallet")
    assert tall.height == putaway.PALLET_DECK_MM + 1250
    mixed = putaway.measure(
        [piece(1), piece(2, attributes={"hazard": "lithium", "height_mm": 300})], kind=None
    )
    assert (mixed.item, mixed.hazard, mixed.height) == ("mixed", "lithium", 300)


def test_the_routers_words_all_have_names_of_ours() -> None:
    """Scores and refusals as the router tells them become codes that screens can say."""
    assert putaway.reason_of("same lot -30.0 m") == ("same_lot", D("-30.0"))
    assert putaway.refusal_of("12 bins: has no room") == ("no_room", 12)
    here, there = UUID(int=1), UUID(int=2)
    asked = {
        (held, place, reason): putaway.needs_reason(held=held, to_place=place, reason=reason)
        for held in (None, here)
        for place in (here, there)
        for reason in ("", "full")
    }
    assert [facts for facts, needed in asked.items() if needed] == [(here, there, "")]


def test_kept_room_is_used_or_freed_by_every_way_out() -> None:
    """From held there is a way to used and to none; from none nothing is cancelled or expires."""
    after = {event: state for (before, event), state in putaway.HOLDS.items() if before == "held"}
    assert after == {
        "propose": "held", "confirm_here": "used", "confirm_elsewhere": "used", "cancel": "none", "expire": "none",
    }  # fmt: skip
    assert {event for (before, event) in putaway.HOLDS if before == "none"} == {
        "propose", "confirm_here", "confirm_elsewhere",
    }  # fmt: skip


def test_a_tolerance_of_whole_pieces_is_whole() -> None:
    """Five per cent on 150 is seven pieces, never seven and a half: else half a piece would be blocked. Of metres it is exact."""
    five, ordered = Decimal(5), Decimal(150)
    assert tolerated(ordered, five, whole=True) == 157
    assert tolerated(ordered, five) == Decimal("157.5")
    assert beyond(ordered, Decimal(160), Decimal(10), five, whole=True) == 3
