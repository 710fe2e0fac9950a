"""The office's lists: by the page, by what is searched for, by what is to be done."""

from tests.support.core_house import Core
from tests.support.core_orders import purchase, sale


async def test_lists_come_by_the_page(core: Core) -> None:
    """Three orders in pages of two; search by customer's name; an unknown page is empty; a size beyond the largest is refused."""
    numbers = [(await core.do("/sales-orders/enter", sale()))["number"] for _ in range(3)]
    one, two = await core.get("/sales-orders?size=2"), await core.get("/sales-orders?size=2&page=2")
    assert (one["total"], [len(page["items"]) for page in (one, two)]) == (3, [2, 1])
    assert {row["number"] for page in (one, two) for row in page["items"]} == set(numbers)
    assert (await core.get("/sales-orders?search=customer%20one"))["total"] == 3
    assert (await core.get("/sales-orders?search=%25"))["total"] == 0
    one = await core.get("/sales-orders?show=to_release&search=customer")
    assert (one["total"], one["every"], await core.get("/sales-orders?show=done")) == (
        3,
        3,
        await core.get("/sales-orders?show=late"),
    )
    await core.get("/sales-orders?size=1000", 400)
    assert (await core.get("/items?search=whe"))["items"][0]["sku"] == "WHEEL"
    assert (await core.get("/partners?show=supplier"))["total"] == 1


async def test_a_list_is_shown_by_what_is_to_be_done(core: Core) -> None:
    """Each filter counts what it would show beside the search, and shows that; an order due yesterday is late; a filter of another list is refused."""
    late = await core.do("/sales-orders/enter", sale(dueAt="2026-01-01T00:00:00Z"))
    await core.do("/sales-orders/enter", sale())
    off = await core.do("/sales-orders/enter", sale())
    await core.do("/sales-orders/cancel", {"number": off["number"], "reason": "changed mind"})
    listed = await core.get("/sales-orders?show=late&size=1")
    assert ([row["number"] for row in listed["items"]], listed["total"], listed["every"]) == (
        [late["number"]], 1, 3,
    )  # fmt: skip
    counts = {one["name"]: one["count"] for one in listed["filters"]}
    assert counts == {
        "open": 2,
        "to_release": 2,
        "late": 1,
        "to_bill": 0,
        "to_be_paid": 0,
        "done": 0,
        "cancelled": 1,
    }
    order = await core.do("/purchase-orders/draft", purchase(wantedOn="2026-01-01"))
    by_state = [await _shown(core, "purchase-orders")]
    await core.do("/purchase-orders/release", {"number": order["number"]})
    by_state.append(await _shown(core, "purchase-orders"))
    assert by_state == [{"open": 1, "to_release": 1}, {"open": 1, "to_answer": 1, "late": 1}]
    assert await _shown(core, "items") == {"buy": 3, "make": 1, "none_left": 4}
    await core.get("/items?show=late", 400)


async def _shown(core: Core, what: str) -> dict[str, int]:
    """What each filter of a list counts, where it counts anything; and each shows as many."""
    counts = {one["name"]: one["count"] for one in (await core.get(f"/{what}"))["filters"] if one["count"]}
    for name, count in counts.items():
        assert (await core.get(f"/{what}?show={name}"))["total"] == count
    return counts
