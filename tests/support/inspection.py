"""Goods that arrive for inspection, and an inspector who reads them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Item
from backend.floor.stock import GoodsProduced, GoodsReceived, Move, lot_id, post, serial_id, virtual_place
from backend.kernel import clock
from backend.kernel.commands import Command, once
from backend.kernel.edge import Edge
from backend.kernel.ids import new_id
from backend.kernel.local import announce
from tests.support.demo_floor import DemoFloor, Worker

HUB = "HUB-103"
ROTOR = "ROT-103"
BICYCLE = "BIK-106"


class Arrive(Edge):
    """A stand-in for whatever books the goods in."""


async def arrived(
    floor: DemoFloor,
    sku: str = HUB,
    quantity: str = "200",
    *,
    supplier: str = "S2001",
    lot: str | None = "",
    receipt: UUID | None = None,
    status: str = "quality",
    serials: tuple[str, ...] = (),
    made: bool = False,
) -> UUID:
    """Books goods at a dock and announces them, as receiving or production does. Returns the inspection lot's id."""
    receiver = await floor.worker("receiver")
    dock, _ = await floor.place("dock")
    source = receipt or new_id()
    command = Command(new_id(), "test.arrive", Arrive(), receiver.who, clock.now())

    async def effect(connection: AsyncConnection, command: Command[Arrive]) -> Arrive:
        item = (
            await connection.execute(select(Item.id, Item.unit, Item.tracking).where(Item.sku == sku))
        ).one()
        code = (f"L-{new_id().hex[-8:]}" if lot == "" else lot) if item.tracking == "lot" else None
        batch = await lot_id(connection, item.id, code) if code else None
        pieces = [await serial_id(connection, item.id, one) for one in serials]
        outside = await virtual_place(connection, floor.site, "production" if made else "supplier")
        amount = Decimal(len(serials) or quantity)
        parts: list[UUID | None] = [*pieces] or [None]
        moves = [
            Move(
                kind="receive",
                item=item.id,
                quantity=amount if piece is None else Decimal(1),
                from_place=outside,
                to_place=dock,
                lot=batch,
                serial=piece,
                to_status=status,
            )
            for piece in parts
        ]
        await post(connection, command, moves)
        facts: dict[str, Any] = {
            "command": command,
            "site": floor.site,
            "item": item.id,
            "sku": sku,
            "quantity": amount,
            "unit": item.unit,
            "status": status,
            "place": dock,
            "at": clock.now(),
            "lot": batch,
            "lot_code": code,
            "serials": tuple(pieces),
        }
        if made:
            await announce(connection, GoodsProduced(production=source, work_order="WO-1", **facts))
        else:
            await announce(
                connection,
                GoodsReceived(receipt=source, supplier=supplier, purchase_order="PO-1", line=1, **facts),
            )
        return command.payload

    outcome = await once(floor.db, command, effect)
    assert outcome.outcome == "done", outcome
    return UUID(
        str(await floor.scalar("select id from inspection_lot where source_id = :source", source=source))
    )


@dataclass
class Inspector:
    """Someone with gauges who reads a lot over HTTP."""

    worker: Worker
    lot: UUID
    document: dict[str, Any]

    @classmethod
    async def of(cls, floor: DemoFloor, lot: UUID, *roles: str) -> "Inspector":
        """A new inspector at a lot."""
        worker = await floor.worker(*(roles or ("inspector",)))
        return cls(worker, lot, await worker.get(f"/quality/lots/{lot}"))

    def feature(self, number: int) -> dict[str, Any]:
        """A characteristic by its balloon."""
        return next(one for one in self.document["characteristics"] if one["number"] == number)

    def samples(self, number: int) -> int:
        """How many samples are read of a feature."""
        wanted = self.feature(number)["ofClass"]
        return int(next(one["n"] for one in self.document["classes"] if one["ofClass"] == wanted))

    def body(self, number: int, sample: int, value: str | None = None, **more: Any) -> dict[str, Any]:
        """What `quality.read` sends; without a value one that conforms."""
        feature = self.feature(number)
        kind = feature["gaugeType"]
        gauge = next(
            (one["id"] for one in self.document["gauges"] if one["type"] == kind and one["usable"]), None
        )
        good = feature["nominal"] if feature["kind"] == "variable" else "0"
        return {
            "lot": str(self.lot),
            "characteristic": number,
            "sample": sample,
            "value": good if value is None else value,
            "gauge": gauge,
        } | more

    async def read(
        self, number: int, sample: int, value: str | None = None, *, key: UUID | None = None, **more: Any
    ) -> httpx.Response:
        """One reading."""
        return await self.worker.post("/quality/read", self.body(number, sample, value, **more), key=key)

    async def read_all(self, bad: dict[tuple[int, int], str] | None = None) -> dict[str, Any]:
        """Every cell of the grid, good but for `bad`. Returns the last answer."""
        wrong = bad or {}
        told: dict[str, Any] = {}
        for feature in self.document["characteristics"]:
            number = feature["number"]
            for sample in range(1, self.samples(number) + 1):
                answer = await self.read(number, sample, wrong.get((number, sample)))
                assert answer.status_code == 200, answer.text
                told = answer.json()
        return told

    async def decide(
        self, verdict: str, allocated: dict[str, str], *, key: UUID | None = None, **more: Any
    ) -> httpx.Response:
        """The decision."""
        body = {"lot": str(self.lot), "verdict": verdict, "allocated": allocated} | more
        return await self.worker.post("/quality/decide", body, key=key)
