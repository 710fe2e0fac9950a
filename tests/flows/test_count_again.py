"""A count that differs is counted again by somebody else before it is booked; a supervisor decides where two do not agree."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from backend.floor.catalog import Item, Place
from backend.floor.stock import Freeze, Quant
from backend.floor.wms.counting import open_count
from backend.kernel.ids import new_id
from tests.support.demo_floor import DemoFloor, Worker


@dataclass
class Shelf:
    """A bin with pieces of one item, nothing promised, and a count of it that waits."""

    demo: DemoFloor
    task: UUID
    quant: UUID
    place: UUID
    item: UUID
    holds: Decimal

    async def count(
        self, person: Worker, more: str, *, key: UUID | None = None, **facts: Any
    ) -> dict[str, Any]:
        """Counts so much more (or less) than the books said at first."""
        body = {"task": str(self.task), "counted": [{"quantity": str(self.holds + Decimal(more))}]}
        return await person.done("/counting/post", body | facts, key=key)

    async def booked(self) -> int:
        """How much more (or less) than at first the books say now."""
        now = await self.demo.scalar("select quantity from quant where id = :q", q=self.quant)
        return int(now - self.holds)

    async def asked(self) -> dict[str, str]:
        """The exceptions of this count and their states."""
        query = "select jsonb_object_agg(kind, state) from exception where task_id = :t"
        return dict(await self.demo.scalar(query, t=self.task) or {})

    async def is_frozen(self) -> bool:
        """Whether the bin is kept from new promises."""
        async with self.demo.db.transaction() as connection:
            found = await connection.execute(select(Freeze.task_id).where(Freeze.task_id == self.task))
            return found.first() is not None


async def shelf(demo: DemoFloor) -> Shelf:
    """A bin of loose pieces that nobody has counted or promised yet."""
    busy = select(Freeze.task_id).where(Freeze.place_id == Quant.place_id).exists()
    query = (
        select(Quant.id, Quant.place_id, Quant.item_id, Quant.quantity)
        .join(Item, Item.id == Quant.item_id)
        .join(Place, Place.id == Quant.place_id)
        .where(Item.tracking == "none", Place.kind == "bin", Quant.status == "free", ~busy)
        .where(Quant.handling_unit_id.is_(None), Quant.reserved == 0, Quant.quantity.between(20, 45))
        .limit(1)
    )
    async with demo.db.transaction() as connection:
        row = (await connection.execute(query)).one()
        task = await open_count(connection, demo.site, place=row.place_id, item=row.item_id, reason="asked")
    return Shelf(demo, task, row.id, row.place_id, row.item_id, row.quantity)


async def sign_in(demo: DemoFloor, person: Worker) -> None:
    """Puts a person at work on some device."""
    statement = text(
        """insert into session_family (id, person_id, device_id, expires_at)
           select :id, :person, id, now() + interval '8 hours' from device limit 1"""
    )
    async with demo.db.transaction() as connection:
        await connection.execute(statement, {"id": new_id(), "person": person.who.person_id})


async def test_a_difference_is_booked_once_two_people_found_it(demo: DemoFloor) -> None:
    """The first look changes nothing and tells nobody what the books say; who gave it leaves the second to a colleague at work."""
    bin_, ann, bob = await shelf(demo), await demo.worker("picker"), await demo.worker("picker")
    await sign_in(demo, bob)
    await ann.done("/counting/claim", {"task": str(bin_.task)})
    key = new_id()
    first = await bin_.count(ann, "-4", key=key)
    assert (first["outcome"], first["expected"], first["adjusted"]) == ("again", None, "0")
    assert await bin_.count(ann, "-4", key=key) == first
    assert (await bin_.booked(), await bin_.is_frozen(), await bin_.asked()) == (
        0,
        True,
        {"count_again": "open"},
    )
    refused = await ann.refused("/counting/claim", {"task": str(bin_.task)})
    assert refused["type"].endswith("count-others-turn")
    await bob.done("/counting/claim", {"task": str(bin_.task)})
    second = await bin_.count(bob, "-4")
    assert (second["outcome"], second["adjusted"]) == ("booked", "-4")
    assert (await bin_.booked(), await bin_.is_frozen()) == (-4, False)
    assert await bin_.asked() == {"count_again": "resolved", "count_differs": "open"}
    assert await demo.audit() == []


async def test_whoever_is_alone_counts_again_and_may_find_that_the_books_were_right(demo: DemoFloor) -> None:
    """With nobody else at work the same person looks once more; what agrees then ends the count without a move."""
    bin_, ann = await shelf(demo), await demo.worker("receiver")
    async with demo.db.transaction() as connection:
        await connection.execute(
            text("update session_family set ended_at = now(), ended_why = 'test' where ended_at is null")
        )
    await bin_.count(ann, "3")
    await ann.done("/counting/claim", {"task": str(bin_.task)})
    assert (await bin_.count(ann, "0"))["outcome"] == "booked"
    assert (await bin_.booked(), await bin_.asked()) == (0, {"count_again": "resolved"})


async def test_a_supervisor_decides_between_two_counts(demo: DemoFloor) -> None:
    """Two looks that differ wait for a supervisor, who asks for a third or books the newest, with what was picked since left picked."""
    bin_, boss = await shelf(demo), await demo.worker("supervisor")
    people = [await demo.worker("picker") for _ in range(3)]
    assert [(await bin_.count(people[n], more))["outcome"] for n, more in enumerate(("-4", "-6"))] == [
        "again",
        "review",
    ]
    over = await people[2].refused("/counting/claim", {"task": str(bin_.task)})
    assert over["type"].endswith("no-work")
    decision = {"task": str(bin_.task), "accept": False}
    assert (await people[2].post("/counting/decide", decision)).status_code == 403
    assert (await boss.done("/counting/decide", decision))["outcome"] == "again"
    await people[2].done("/counting/claim", {"task": str(bin_.task)})
    assert (await bin_.count(people[2], "-9"))["outcome"] == "review"
    other = await demo.scalar("select id from place where kind = 'bin' and id <> :p limit 1", p=bin_.place)
    move = {"item": str(bin_.item), "quantity": "2", "fromPlace": str(bin_.place), "toPlace": str(other)}
    await people[0].done("/stock/move", move)
    assert (await boss.done("/counting/decide", decision | {"accept": True}))["outcome"] == "booked"
    assert (await bin_.booked(), await bin_.asked()) == (
        -11,
        {"count_again": "resolved", "count_review": "resolved"},
    )
    seen = [one["person"] for one in (await boss.get("/trace/board"))["pickers"]]
    assert str(people[0].who.person_id) in seen
    assert str(boss.who.person_id) not in seen
    again = await boss.refused("/counting/decide", decision)
    assert again["type"].endswith("count-not-waiting")
    assert await demo.audit() == []


async def test_a_wrong_count_is_put_right_by_who_gave_it(demo: DemoFloor) -> None:
    """Before it is booked the right count takes its place; after that it is counted anew, and taking back one's own needs no second eyes."""
    bin_, ann = await shelf(demo), await demo.worker("picker")
    wrong, right = new_id(), new_id()
    await bin_.count(ann, "-7", key=wrong)
    assert (await bin_.count(ann, "0", key=right, replaces=str(wrong)))["outcome"] == "booked"
    assert await bin_.asked() == {"count_again": "resolved"}
    bin_, slip = await shelf(demo), new_id()
    await bin_.count(ann, "5")
    assert (await bin_.count(ann, "5", key=slip))["outcome"] == "booked"
    stranger = await (await demo.worker("picker")).refused(
        "/counting/post", {"task": str(bin_.task), "counted": [], "replaces": str(slip)}
    )
    assert stranger["type"].endswith("count-over")
    assert (await bin_.count(ann, "0", replaces=str(slip)))["outcome"] == "booked"
    assert await bin_.booked() == 0
    assert await demo.audit() == []
