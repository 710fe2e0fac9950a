"""Suppliers under test: orders as the ERP sends them, links as they stand in the mails, what a supplier's phone sends."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import text

from backend.contract.purchases import (
    OrderedLine,
    PurchaseOrderCancelled,
    PurchaseOrderReleased,
    Tolerance,
)
from backend.floor.srm import Door, cancel_order, release_order
from backend.floor.srm.mail import Post
from backend.floor.srm.settle import settle
from backend.kernel import clock
from backend.kernel.ids import new_id
from backend.kernel.live import Live
from tests.support.demo_floor import ERP, DemoFloor
from tests.support.floor_app import client_of

LINK = re.compile(r"https?://\S+/supply#(\S{48})/(\S{36})")


def day(ahead: int) -> date:
    """So many days from today."""
    return clock.now().date() + timedelta(days=ahead)


@dataclass(frozen=True)
class Line:
    """An ordered line; wanted so many days from now."""

    sku: str
    quantity: str
    wanted: int = 10
    price: str = "2.50"
    unit: str = "pc"


@dataclass
class Phone:
    """A supplier with a link, over HTTP."""

    client: httpx.AsyncClient
    order: UUID
    number: str

    async def overview(self) -> dict[str, Any]:
        """What the link opens."""
        return self._done(await self.client.get("/api/portal"))

    async def look(self) -> dict[str, Any]:
        """The order."""
        return self._done(await self.client.get(f"/api/portal/orders/{self.order}"))

    async def say(
        self, lines: Sequence[dict[str, Any]], *, version: int = 1, key: UUID | None = None, note: str = ""
    ) -> httpx.Response:
        """An answer."""
        body = {"version": version, "lines": list(lines), "note": note}
        return await self.client.post(
            f"/api/portal/orders/{self.order}/answer",
            json=body,
            headers={"idempotency-key": str(key or new_id())},
        )

    async def answer(self, *lines: dict[str, Any], version: int = 1) -> dict[str, Any]:
        """The receipt of an answer that must be taken."""
        return self._done(await self.say(lines, version=version))

    async def ship(
        self, lines: Sequence[dict[str, Any]], *, key: UUID | None = None, ships: int = 1
    ) -> httpx.Response:
        """A dispatch advice."""
        return await self.client.post(
            f"/api/portal/orders/{self.order}/advice",
            json={"shipsOn": day(ships).isoformat(), "lines": list(lines), "carrier": "DHL"},
            headers={"idempotency-key": str(key or new_id())},
        )

    def with_token(self, token: str) -> "Phone":
        """The same with another link."""
        return replace(self, client=client_of(self.client._transport.app, headers={"gemba-link": token}))  # type: ignore[attr-defined]

    @staticmethod
    def _done(answer: httpx.Response) -> dict[str, Any]:
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told


def whole(line: int, quantity: str, ahead: int, **more: Any) -> dict[str, Any]:
    """A reply that promises all of a line on one day."""
    return {"line": line, "schedule": [{"quantity": quantity, "promisedOn": day(ahead).isoformat()}], **more}


@dataclass
class Buying:
    """The floor as purchasing uses it."""

    floor: DemoFloor

    async def release(
        self,
        *lines: Line,
        number: str = "",
        version: int = 1,
        supplier: str = "S2001",
        email: str | None = "",
        language: str = "en",
        tolerance: Tolerance | None = None,
    ) -> tuple[str, UUID]:
        """An order as the ERP releases it (`email` None: it names no address); its number and our id."""
        number = number or f"PO-{new_id().hex[-8:]}"
        message = PurchaseOrderReleased(
            number=number,
            version=version,
            supplier=supplier,
            supplier_email="" if email is None else email or f"{supplier.lower()}@suppliers.example",
            language=language,
            currency="EUR",
            tolerance=tolerance or Tolerance(days_early=3, days_late=2, over_percent=Decimal(5)),
            lines=tuple(
                OrderedLine(
                    line=place * 10,
                    sku=line.sku,
                    revision="A",
                    quantity=Decimal(line.quantity),
                    unit=line.unit,
                    price=Decimal(line.price),
                    wanted_on=day(line.wanted),
                )
                for place, line in enumerate(lines, start=1)
            ),
        )
        async with self.floor.db.transaction() as connection:
            await release_order(connection, message, ERP)
        found = await self.floor.scalar("select id from purchase_order where number = :n", n=number)
        return number, found

    async def cancel(self, number: str, version: int = 1) -> None:
        """The ERP takes the order back."""
        message = PurchaseOrderCancelled(number=number, version=version, reason="No longer needed")
        async with self.floor.db.transaction() as connection:
            await cancel_order(connection, message, ERP)

    async def mails(self, order: UUID) -> list[EmailMessage]:
        """The order's mails as they would go out, the oldest first."""
        post = Post(self.floor.app.state.settings)
        async with self.floor.db.transaction() as connection:
            rows = await connection.execute(
                text(
                    "select seq, id, order_id, link_id, kind from supplier_mail where order_id = :o order by seq"
                ),
                {"o": order},
            )
            return [await post.compose(connection, row) for row in rows.all()]

    async def token(self, order: UUID) -> str:
        """The token in the newest mail about an order."""
        plain = (await self.mails(order))[-1].get_body(("plain",))
        assert plain is not None
        found = LINK.search(plain.get_content())
        assert found is not None, plain.get_content()
        return found[1]

    async def phone(self, number: str, order: UUID) -> Phone:
        """The supplier of an order, who opens the link in the newest mail."""
        client = client_of(self.floor.app, headers={"gemba-link": await self.token(order)})
        return Phone(client, order, number)

    async def settle(self) -> None:
        """What the worker does every second."""
        await settle(self.floor.db, Live(None))

    async def told(self, number: str) -> list[tuple[str, dict[str, Any]]]:
        """What the ERP was told about an order: (the type's last words, data), in order."""
        await self.settle()
        async with self.floor.db.transaction() as connection:
            rows = await connection.execute(
                text("select type, data from outbox where document = :d order by seq"),
                {"d": f"purchase/{number}"},
            )
            return [(row.type.removeprefix("gemba.").removesuffix(".v1"), row.data) for row in rows]

    def door(self) -> Door:
        """The app's own door."""
        return self.floor.app.state.door  # type: ignore[no-any-return]
