"""A work order of the demo's shop floor under test: released by the ERP, its material at the line, people at the machine."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.production import ReleasedMaterial, ReleasedOperation, WorkOrderReleased
from backend.floor.catalog import Item
from backend.floor.mes import grant_skills, receive_work_order
from backend.floor.stock import Move, post
from backend.kernel import clock
from backend.kernel.commands import Command, once
from backend.kernel.edge import Edge, Told
from backend.kernel.ids import new_id
from tests.support.demo_floor import DemoFloor, Worker

ERP = "https://erp.test/"


class Nothing(Edge):
    """A command without facts."""


@dataclass
class Order:
    """A released order: its id, and its operations by number."""

    id: UUID
    number: str
    steps: dict[int, UUID]
    materials: dict[int, UUID]
    centres: dict[int, UUID]


@dataclass
class ShopFloor:
    """The demo's floor, seen from its machines."""

    floor: DemoFloor

    async def item(self, tracking: str, *, nth: int = 0, group: str = "") -> str:
        """The sku of an item with this tracking."""
        async with self.floor.db.transaction() as connection:
            query = select(Item.sku).where(
                Item.tracking == tracking, Item.whole, Item.inspection_plan.is_(None)
            )
            if group:
                query = query.where(Item.group == group)
            return (await connection.execute(query.order_by(Item.sku).offset(nth).limit(1))).scalar_one()

    async def release(
        self,
        makes: str,
        quantity: str = "3",
        *,
        materials: tuple[tuple[int, str, str, str], ...] = (),
        steps: tuple[tuple[int, str], ...] = ((10, "ASSY-1"), (20, "TEST-1")),
        skill: str | None = None,
        number: str = "",
        version: int = 1,
        due: timedelta = timedelta(days=1),
    ) -> Order:
        """Releases an order as the ERP would. `materials` are (operation, sku, quantity each, consumption)."""
        message = WorkOrderReleased(
            number=number or f"WO-{new_id().hex[-8:]}",
            version=version,
            sku=makes,
            revision="2",
            bom_revision="B",
            quantity=Decimal(quantity),
            due_at=clock.now() + due,
            operations=tuple(
                ReleasedOperation(
                    operation=step,
                    work_centre=centre,
                    name="Assemble" if place == 0 else "Test",
                    run_minutes_each=Decimal(12),
                    skill=skill if place == 0 else None,
                    instructions="Torque the stem to 6 Nm.",
                )
                for place, (step, centre) in enumerate(steps)
            ),
            materials=tuple(
                ReleasedMaterial(
                    line=10 * place,
                    operation=step,
                    sku=sku,
                    quantity_each=Decimal(each),
                    consumption=how,  # type: ignore[arg-type]
                )
                for place, (step, sku, each, how) in enumerate(materials, start=1)
            ),
        )
        async with self.floor.db.transaction() as connection:
            await receive_work_order(connection, message, ERP)
        return await self.order(message.number)

    async def order(self, number: str) -> Order:
        """An order as it stands."""
        async with self.floor.db.transaction() as connection:
            order = await connection.scalar(
                text("select id from work_order where number = :n"), {"n": number}
            )
            ops = await connection.execute(
                text("select operation, id, work_centre_id from operation where work_order_id = :o"),
                {"o": order},
            )
            rows = ops.all()
            lines = await connection.execute(
                text("select line, id from operation_material where work_order_id = :o"), {"o": order}
            )
            return Order(
                order,
                number,
                {row.operation: row.id for row in rows},
                {row.line: row.id for row in lines},
                {row.operation: row.work_centre_id for row in rows},
            )

    async def stock(
        self,
        sku: str,
        quantity: str,
        *,
        lot: str | None = None,
        serial: str | None = None,
        line: str = "LINE-1-IN",
    ) -> None:
        """So much of an item at the line."""
        receiver = await self.floor.worker("receiver")
        async with self.floor.db.transaction() as connection:
            row = (await connection.execute(select(Item.id, Item.expires).where(Item.sku == sku))).one()
        place = await self.floor.scalar("select id from place where code = :code", code=line)
        body: dict[str, Any] = {"item": str(row.id), "quantity": quantity, "place": str(place)}
        body |= {"lotCode": lot} if lot else {}
        body |= {"serialCode": serial} if serial else {}
        if row.expires:
            body["expiresOn"] = (clock.now() + timedelta(days=300)).date().isoformat()
        await receiver.done("/stock/receive", body)

    async def book(self, move: Move) -> None:
        """Books one move by hand, as another slice would."""

        async def effect(connection: AsyncConnection, command: Command[Nothing]) -> Told:
            await post(connection, command, [move])
            return Told()

        who = (await self.floor.worker("supervisor")).who
        outcome = await once(
            self.floor.db, Command(new_id(), "test.book", Nothing(), who, clock.now()), effect
        )
        assert outcome.outcome == "done", outcome.problem

    async def operator(self, *, name: str = "Olga", skills: tuple[str, ...] = ()) -> Worker:
        """Somebody at a machine."""
        worker = await self.floor.worker("operator", name=name)
        async with self.floor.db.transaction() as connection:
            await grant_skills(connection, worker.who.person_id, skills)
        return worker

    async def sent(
        self, worker: Worker, *commands: tuple[str, dict[str, Any], int], lane: bool = True
    ) -> list[dict[str, Any]]:
        """Flushes a device's queue: (type, payload, minutes ago) in order. In a lane the first refusal holds the rest."""
        now = clock.now()
        batch = [
            {
                "id": str(new_id()),
                "type": kind,
                "task": payload["operation"] if lane else None,
                "schema": 1,
                "clientTs": (now - timedelta(minutes=ago)).isoformat(),
                "sentTs": now.isoformat(),
                "payload": payload,
            }
            for kind, payload, ago in commands
        ]
        answer = await worker.client.post("/api/floor/commands", json={"commands": batch})
        assert answer.status_code == 200, answer.text
        rows: list[dict[str, Any]] = answer.json()["results"]
        return rows

    async def messages(self, order: Order, kind: str) -> list[dict[str, Any]]:
        """What the ERP was told about an order, oldest first."""
        found = await self.floor.scalar(
            "select coalesce(jsonb_agg(data order by seq), '[]') from outbox where document = :d and type = :t",
            d=f"work/{order.number}", t=kind,
        )  # fmt: skip
        return list(found)

    async def exceptions(self, order: Order) -> list[str]:
        """Kinds of exceptions about an order."""
        found = await self.floor.scalar(
            "select coalesce(array_agg(kind order by raised_at), '{}') from exception where document_id = :d",
            d=order.id,
        )
        return list(found)


def job(order: Order, step: int = 10) -> dict[str, str]:
    """The body that names an operation."""
    return {"operation": str(order.steps[step])}
