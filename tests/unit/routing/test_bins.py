"""Bins: every hard rule refuses, scores explain themselves, several loads share out; slotting moves pay back."""

import random

import pytest

from backend.floor.routing import BinRules, BinTable, Layout, Load, choose_bins, slot_items

FLOOR = Layout.blocks(aisles=3, aisle_length=20, pitch=4)
RULES = BinRules(apart=(("oxidiser", "flammable"),))


def table(**columns: list[object]) -> BinTable:
    """Three bins, ever farther from the depot; columns may be replaced."""
    plain: dict[str, list[object]] = {
        "free_grams": [100_000] * 3,
        "free_millilitres": [90_000] * 3,
        "height": [900] * 3,
        "temperature": ["ambient"] * 3,
        "item": [""] * 3,
        "lot": [""] * 3,
        "hazard": [""] * 3,
    }
    places = [FLOOR.at(aisle=a, offset=5) for a in range(3)]
    return BinTable(FLOOR, ["near", "middle", "far"], places, **{**plain, **columns})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("column", "values", "why"),
    [
        ("free_grams", [10, 10, 10], "weight"),
        ("free_millilitres", [10, 10, 10], "room"),
        ("height", [100, 100, 100], "low"),
        ("temperature", ["cold"] * 3, "temperature"),
        ("item", ["other"] * 3, "another item"),
        ("hazard", ["flammable"] * 3, "hazard"),
        ("open_bins", [False] * 3, "closed"),
    ],
)
def test_hard_rules_refuse(column: str, values: list[object], why: str) -> None:
    """Each hard rule alone refuses the bins, and the answer says which and how many."""
    load = Load("p", "screws", grams=5000, millilitres=8000, height=500, hazard="oxidiser")
    assert choose_bins(FLOOR, [load], table(), RULES)[0][0].bin == "near"
    refused = choose_bins(FLOOR, [load], table(**{column: values}), RULES)[0]
    assert refused[0].bin is None
    assert any(why in reason and reason.startswith("3 bins") for reason in refused[0].reasons)


def test_lots_do_not_mix_unless_allowed() -> None:
    """A bin with another lot of the item is refused, with the same lot preferred, and mixing can be allowed."""
    bins = table(item=["screws", "screws", ""], lot=["L1", "L2", ""])
    load = Load("p", "screws", lot="L2")
    assert choose_bins(FLOOR, [load], bins, RULES)[0][0].bin == "middle"
    assert "near" not in [r.bin for r in choose_bins(FLOOR, [load], bins, RULES)[0]]
    assert "near" in [r.bin for r in choose_bins(FLOOR, [load], bins, BinRules(mix_lots=True))[0]]


def test_score_is_the_sum_of_its_reasons() -> None:
    """The reasons add up to the score, in metres."""
    load = Load("p", "screws", velocity=4, pick_face=FLOOR.at(aisle=1, offset=15))
    for ranked in choose_bins(FLOOR, [load], table(), RULES)[0]:
        assert sum(float(reason.split()[-2]) for reason in ranked.reasons) == pytest.approx(
            ranked.score, abs=0.2
        )


def test_fast_items_get_the_near_bin() -> None:
    """Of two loads the one picked more often lies nearer; no bin is given twice."""
    slow, fast = Load("slow", "a", velocity=0.1), Load("fast", "b", velocity=9)
    chosen = choose_bins(FLOOR, [slow, fast], table(), RULES)
    assert [ranked[0].bin for ranked in chosen] == ["middle", "near"]


def test_slotting_pays_back() -> None:
    """Often picked items far away change places with seldom picked near ones, and the same rounds get shorter."""
    rng = random.Random(2)
    layout = Layout.blocks(aisles=8, aisle_length=30)
    places = {f"i{n}": layout.at(aisle=n % 8, offset=1 + n // 8 * 3) for n in range(64)}
    weights = [5 if n % 8 > 5 else 1 for n in range(64)]
    history = [rng.choices(sorted(places), weights, k=5) for _ in range(40)]
    plan = slot_items(layout, history, places, days=5, within=20, budget=400)
    assert plan.after < plan.before
    assert all(move.saves > 0 and move.days <= 20 for move in plan.moves)
    assert plan.before - plan.after == pytest.approx(sum(move.saves for move in plan.moves))
    assert slot_items(layout, history, places, days=5, budget=0).moves == ()
