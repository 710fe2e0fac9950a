"""The demo company's floor under test: people who act over HTTP, orders that arrive, a look at the books."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx
from litestar import Litestar
from sqlalchemy import func, select, text

from backend.access import add_device, add_person
from backend.contract.shipments import RequestedLine, ShipmentRequested
from backend.floor.catalog import Item, Partner, Place, Site
from backend.floor.stock import Quant
from backend.floor.stock.audit import Finding, audit
from backend.floor.wms.shipping import receive_request
from backend.kernel import clock
from backend.kernel.commands import Who
from backend.kernel.db import Database
from backend.kernel.embedded import Urls
from backend.kernel.ids import new_id
from tests.support.floor_app import client_of, running_app, settings_for

ERP = "https://erp.test/"


@dataclass
class Worker:
    """Someone who acts over HTTP with a token."""

    client: httpx.AsyncClient
    who: Who

    async def post(self, path: str, body: dict[str, Any], *, key: UUID | None = None) -> httpx.Response:
        """A typed command route under /api/floor."""
        return await self.client.post(
            f"/api/floor{path}", json=body, headers={"idempotency-key": str(key or new_id())}
        )

    async def done(self, path: str, body: dict[str, Any], *, key: UUID | None = None) -> dict[str, Any]:
        """The answer of a command that must be done."""
        answer = await self.post(path, body, key=key)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def refused(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """The problem of a command that must be refused, kept as its outcome."""
        answer = await self.post(path, body)
        assert answer.status_code >= 400, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def get(self, path: str, **query: str) -> Any:
        """A read that must work."""
        answer = await self.client.get(f"/api/floor{path}", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()


@dataclass
class DemoFloor:
    """The floor, its app and database."""

    app: Litestar
    db: Database
    site: UUID

    async def worker(self, *roles: str, name: str = "Ann") -> Worker:
        """A new person with a device of their own, signed in."""
        gate = self.app.state.gate
        async with self.db.transaction() as connection:
            person = await add_person(
                connection,
                gate.pins,
                site_id=self.site,
                badge=f"T-{new_id().hex[-10:]}",
                name=name,
                pin="2468",
                roles=roles,
            )
            await add_device(connection, site_id=self.site, name=f"T-{new_id().hex[-6:]}")
        who = Who(person, None, self.site, frozenset(roles))
        token = gate.tokens.issue(who, new_id())
        return Worker(client_of(self.app, headers={"authorization": f"Bearer {token}"}), who)

    async def order(
        self,
        lines: Sequence[tuple[str, str]],
        *,
        number: str = "",
        customer: str = "",
        version: int = 1,
        due_days: int = 1,
    ) -> str:
        """An order of (sku, quantity) lines as the ERP would ask for it. Returns its number."""
        number = number or f"SO-{new_id().hex[-8:]}"
        async with self.db.transaction() as connection:
            customer = (
                customer
                or (
                    await connection.execute(
                        select(Partner.number)
                        .where(Partner.kind == "customer", Partner.min_shelf_life_days == 0)
                        .order_by(Partner.number)
                        .limit(1)
                    )
                ).scalar_one()
            )
            rows = await connection.execute(
                select(Item.sku, Item.unit).where(Item.sku.in_([sku for sku, _ in lines]))
            )
            units = {row.sku: row.unit for row in rows}
            message = ShipmentRequested(
                number=number,
                version=version,
                customer=customer,
                due_at=clock.now() + timedelta(days=due_days),
                priority=9,
                lines=tuple(
                    RequestedLine(line=place, sku=sku, quantity=Decimal(quantity), unit=units[sku])
                    for place, (sku, quantity) in enumerate(lines, start=1)
                ),
            )
            await receive_request(connection, message, ERP)
        return number

    async def stocked(
        self, *, tracking: str = "none", places: int = 1, at_least: int = 20, limit: int = 1
    ) -> list[str]:
        """Skus of items with free stock in so many bins or more, so much of it in each."""
        async with self.db.transaction() as connection:
            rows = await connection.execute(
                select(Item.sku)
                .join(Quant, Quant.item_id == Item.id)
                .join(Place, Place.id == Quant.place_id)
                .where(
                    Place.kind == "bin",
                    Item.tracking == tracking,
                    Quant.status == "free",
                    Quant.quantity - Quant.reserved >= at_least,
                )
                .group_by(Item.sku)
                .having(func.count(Quant.place_id.distinct()) >= places)
                .order_by(Item.sku)
                .limit(limit)
            )
            return list(rows.scalars())

    async def place(self, kind: str, *, number: int = 0) -> tuple[UUID, str]:
        """The id and code of a place of a kind."""
        async with self.db.transaction() as connection:
            rows = await connection.execute(
                select(Place.id, Place.code)
                .where(Place.site_id == self.site, Place.kind == kind)
                .order_by(Place.code)
                .offset(number)
                .limit(1)
            )
            row = rows.one()
            return row.id, row.code

    async def scalar(self, query: str, **parameters: Any) -> Any:
        """One value straight from the books."""
        async with self.db.transaction() as connection:
            return (await connection.execute(text(query), parameters)).scalar_one()

    async def audit(self) -> list[Finding]:
        """What is wrong with the ledger."""
        async with self.db.transaction() as connection:
            return await audit(connection)


@asynccontextmanager
async def running_demo_floor(urls: Urls) -> AsyncIterator[DemoFloor]:
    """The app upon a database with the demo company."""
    async with running_app(settings_for(urls)) as app:
        db: Database = app.state.db
        async with db.transaction() as connection:
            site = (await connection.execute(select(Site.id))).scalar_one()
        yield DemoFloor(app, db, site)
