"""What the people in the ERP's office do: masters, purchases, sales, productions, and meddling with what the floor is at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from backend.floor.link.erps.tryton.codec import Quantity
from backend.floor.link.erps.tryton.rpc import Tryton

LINK_USER, LINK_PASSWORD = "gemba", "a-password-of-the-links-own"
ADMIN_PASSWORD = "the-admin-of-the-tests"
PIECE = 1
INPUT, OUTPUT, STORAGE, LOST, WAREHOUSE, SUPPLIERS, CUSTOMERS, PRODUCTION = 1, 2, 3, 4, 5, 6, 7, 9


def today() -> date:
    """The ERP's day."""
    return datetime.now(UTC).date()


@dataclass
class Office:
    """The office, on an administrator's session."""

    tryton: Tryton

    async def create(self, model: str, **values: Any) -> int:
        """One new record's id."""
        made: list[int] = await self.tryton.call(model, "create", [values])
        return made[0]

    async def find(self, model: str, *clauses: Any, fields: Sequence[str] = ("id",)) -> list[dict[str, Any]]:
        """Records that all clauses fit, oldest first."""
        rows: list[dict[str, Any]] = await self.tryton.call(
            model, "search_read", list(clauses), 0, None, [["id", "ASC"]], list(fields)
        )
        return rows

    async def one(self, model: str, *clauses: Any, fields: Sequence[str] = ("id",)) -> dict[str, Any]:
        """The one record that fits."""
        (row,) = await self.find(model, *clauses, fields=fields)
        return row

    async def write(self, model: str, record: int, **values: Any) -> None:
        """Changes one record."""
        await self.tryton.call(model, "write", [record], values)

    async def found_company(self) -> None:
        """The company, its currency, and the link's own user with the rights it needs and no more."""
        currency = await self.create(
            "currency.currency", name="Euro", code="EUR", symbol="€",
            rates=[["create", [{"date": date(2020, 1, 1), "rate": Decimal(1)}]]],
        )  # fmt: skip
        party = await self.create("party.party", name="Kettingwerk")
        company = await self.create("company.company", party=party, currency=currency)
        await self.write("res.user", 1, companies=[["add", [company]]])
        await self.write("res.user", 1, company=company)
        groups = await self.find(
            "res.group",
            ["name", "in", ["Stock", "Stock Force Assignment", "Purchase", "Sales", "Production"]],
        )
        await self.create(
            "res.user", name="Gemba", login=LINK_USER, password=LINK_PASSWORD, companies=[["add", [company]]],
            company=company, groups=[["add", [group["id"] for group in groups]]],
        )  # fmt: skip
        self.tryton._session = ""  # the next call logs in anew and learns of the company

    async def party(self, number: str, name: str) -> int:
        """A customer or supplier with an address and an e-mail."""
        return await self.create(
            "party.party", name=name, code=number,
            addresses=[["create", [{"street": "Havenweg 1", "city": "Zwolle"}]]],
            contact_mechanisms=[["create", [{"type": "email", "value": f"{number.lower()}@example.com"}]]],
        )  # fmt: skip

    async def product(self, sku: str, name: str, *, lots: bool = False) -> int:
        """An item that is bought, sold and made, in pieces."""
        template = await self.create(
            "product.template", name=name, default_uom=PIECE, type="goods", list_price=Decimal(100), code=sku,
            cost_price_method="fixed", purchasable=True, purchase_uom=PIECE, salable=True, sale_uom=PIECE,
            producible=True, products=[["create", [{}]]], **({"lot_required": ["storage", "customer"]} if lots else {}),
        )  # fmt: skip
        found = await self.one("product.product", ["template", "=", template])
        return int(found["id"])

    async def sku(self, sku: str) -> int:
        """A product's id."""
        found = await self.one("product.product", ["code", "=", sku])
        return int(found["id"])

    async def lot(self, product: int, number: str) -> int:
        """A lot's id; made when it is new."""
        found = await self.find("stock.lot", ["product", "=", product], ["number", "=", number])
        return (
            int(found[0]["id"]) if found else await self.create("stock.lot", product=product, number=number)
        )

    async def stock(self, sku: str, quantity: str, lot: str | None = None) -> None:
        """Puts so much into the storage zone out of nowhere."""
        product = await self.sku(sku)
        move = await self.create(
            "stock.move", product=product, unit=PIECE, quantity=Quantity(quantity), from_location=LOST,
            to_location=STORAGE, company=1, currency=None, unit_price=None,
            **({"lot": await self.lot(product, lot)} if lot else {}),
        )  # fmt: skip
        await self.tryton.call("stock.move", "do", [move])

    async def purchase(self, supplier: str, lines: Sequence[tuple[str, str]], *, days: int = 3) -> str:
        """A confirmed purchase of (sku, quantity) lines. Returns its number."""
        party = await self.one("party.party", ["code", "=", supplier], fields=["addresses"])
        order = await self.create(
            "purchase.purchase", party=party["id"], invoice_address=party["addresses"][0], company=1, currency=1,
            invoice_method="manual", warehouse=WAREHOUSE, delivery_date=today() + timedelta(days=days),
            lines=[["create", [await self._line(sku, quantity) for sku, quantity in lines]]],
        )  # fmt: skip
        for step in ("quote", "confirm", "process"):
            await self.tryton.call("purchase.purchase", step, [order])
        return await self.number("purchase.purchase", order)

    async def sale(self, customer: str, lines: Sequence[tuple[str, str]]) -> str:
        """A confirmed sale of (sku, quantity) lines. Returns the number of the shipment that Tryton made of it."""
        party = await self.one("party.party", ["code", "=", customer], fields=["addresses"])
        order = await self.create(
            "sale.sale", party=party["id"], invoice_address=party["addresses"][0],
            shipment_address=party["addresses"][0], company=1, currency=1, invoice_method="manual",
            shipment_method="order", warehouse=WAREHOUSE,
            lines=[["create", [await self._line(sku, quantity) for sku, quantity in lines]]],
        )  # fmt: skip
        for step in ("quote", "confirm", "process"):
            await self.tryton.call("sale.sale", step, [order])
        row = await self.one("sale.sale", ["id", "=", order], fields=["shipments"])
        (shipment,) = row["shipments"]
        return await self.number("stock.shipment.out", shipment)

    async def _line(self, sku: str, quantity: str) -> dict[str, Any]:
        return {
            "type": "line", "product": await self.sku(sku), "unit": PIECE, "quantity": Quantity(quantity),
            "unit_price": Decimal("12.50"),
        }  # fmt: skip

    async def bom(self, sku: str, parts: Sequence[tuple[str, str]]) -> None:
        """What one piece of an item is made of."""
        made = await self.create(
            "production.bom", name=sku,
            inputs=[["create", [
                {"product": await self.sku(part), "unit": PIECE, "quantity": Quantity(quantity)}
                for part, quantity in parts
            ]]],
            outputs=[["create", [{"product": await self.sku(sku), "unit": PIECE, "quantity": Quantity(1)}]]],
        )  # fmt: skip
        await self.write("product.product", await self.sku(sku), boms=[["create", [{"bom": made}]]])

    async def production(self, sku: str, quantity: str) -> str:
        """A production order that waits for the floor. Returns its number."""
        bom = await self.one("production.bom", ["name", "=", sku])
        parts = await self.find(
            "production.bom.input", ["bom", "=", bom["id"]], fields=["product", "quantity"]
        )
        order = await self.create(
            "production", product=await self.sku(sku), bom=bom["id"], unit=PIECE, quantity=Quantity(quantity), company=1,
            warehouse=WAREHOUSE, location=PRODUCTION, planned_date=today() + timedelta(days=2),
            planned_start_date=today(),
            inputs=[["create", [
                await self._move(part["product"], Decimal(part["quantity"]) * Decimal(quantity), STORAGE, PRODUCTION)
                for part in parts
            ]]],
            outputs=[["create", [await self._move(await self.sku(sku), Decimal(quantity), PRODUCTION, STORAGE)]]],
        )  # fmt: skip
        await self.tryton.call("production", "wait", [order])
        return await self.number("production", order)

    async def _move(self, product: int, quantity: Decimal, source: int, target: int) -> dict[str, Any]:
        return {
            "product": product, "unit": PIECE, "quantity": Quantity(quantity), "from_location": source,
            "to_location": target, "company": 1, "unit_price": Decimal(0) if source == PRODUCTION else None,
            "currency": 1 if source == PRODUCTION else None,
        }  # fmt: skip

    async def number(self, model: str, record: int) -> str:
        """What people call a record."""
        row = await self.one(model, ["id", "=", record], fields=["number"])
        return str(row["number"])

    async def in_storage(self, sku: str) -> Decimal:
        """How much of an item Tryton has in its storage zone."""
        rows = await self.tryton.call(
            "product.product", "read", [await self.sku(sku)], ["quantity"],
            context={"locations": [STORAGE], "stock_date_end": today()},
        )  # fmt: skip
        return Decimal(rows[0]["quantity"])
