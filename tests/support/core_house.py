"""A core of a test's own with a few masters in it, messages from a floor that is only told about, and its books to look into."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, cast

import httpx
import msgspec
import pytest
from litestar import Litestar
from sqlalchemy import text

from backend.access.tokens import AccessTokens
from backend.contract.envelope import CONTENT_TYPE
from backend.core.app import create_core_app
from backend.core.erp.books.rules import ROLES
from backend.core.link.handlers import HANDLERS
from backend.core.masters import tables
from backend.core.masters.commands import add
from backend.kernel import clock
from backend.kernel.commands import Who
from backend.kernel.db import Database
from backend.kernel.embedded import Urls
from backend.kernel.ids import new_id
from backend.kernel.link import InboxReader, signing
from backend.kernel.link.messages import compose
from backend.migrations import migrate
from tests.support.floor_app import ORIGIN, SECRET, settings_for
from tests.support.servers import Servers, cloned_databases, template_databases

FLOOR = "https://gemba.test/floor"
INBOX = "/api/core/link/inbox"
D = Decimal
KINDS = {"stock": "asset", "wip": "asset", "receivable": "asset", "bank": "asset", "grni": "liability", "payable": "liability",
         "opening": "equity", "sales": "income"}  # fmt: skip

# sku: (procurement, valuation, supplier, lead days, cost, sales price)
ITEMS: dict[str, tuple[str, str, str | None, int, str, str]] = {
    "HUB": ("buy", "average", "S1", 10, "20", "32"),
    "RIM": ("buy", "standard", "S1", 0, "10", "18"),
    "SPOKE": ("buy", "average", "S1", 5, "0.1", "0.3"),
    "WHEEL": ("make", "standard", None, 3, "0", "80"),
}


@dataclass
class Core:
    """An app, its database, and what its tests ask of both."""

    app: Litestar
    db: Database
    client: httpx.AsyncClient
    sent: int = 0

    async def tell(self, *messages: tuple[str, msgspec.Struct], ids: Sequence[str] = ()) -> None:
        """The floor says (subject, message), signed; afterwards the core has read them all."""
        for place, (subject, message) in enumerate(messages):
            self.sent += 1
            message_id = ids[place] if ids else str(new_id())
            body = compose(message, message_id=message_id, source=FLOOR, subject=subject, sequence=self.sent)
            headers = signing.sign(
                signing.keys(self.app.state.settings.link_secret), message_id, clock.now(), body
            )
            answer = await self.client.post(
                INBOX, content=body, headers=headers | {"content-type": CONTENT_TYPE}
            )
            assert answer.status_code == 202, answer.text
        await self.read()

    async def read(self) -> int:
        """Reads the inbox to its end; returns how many messages failed."""
        reader = InboxReader(self.db, HANDLERS)
        while await reader.step():
            pass
        return reader.failed

    async def get(self, path: str, status: int = 200) -> Any:
        """What a screen reads."""
        answer = await self.client.get(f"/api/core{path}")
        assert answer.status_code == status, answer.text
        return answer.json()

    async def do(self, path: str, facts: dict[str, Any], status: int = 200, key: str = "") -> Any:
        """What a screen commands."""
        headers = {"idempotency-key": key or str(new_id())}
        answer = await self.client.post(f"/api/core{path}", json=facts, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def scalar(self, statement: str, **values: Any) -> Any:
        """The first column of the first row."""
        async with self.db.transaction() as connection:
            return (await connection.execute(text(statement), values)).scalar()

    async def outbox(self, message_type: type[Any]) -> list[Any]:
        """The messages of one type that left, oldest first."""
        async with self.db.transaction() as connection:
            found = await connection.execute(
                text("select data from outbox where type = :type order by seq"), {"type": message_type.TYPE}
            )
            return [msgspec.convert(row.data, message_type) for row in found]

    async def balance(self, role: str) -> Decimal:
        """Debit minus credit of the account with that role."""
        return cast(
            "Decimal",
            await self.scalar(
                "select coalesce(sum(debit - credit), 0) from journal_line l join account a on a.code = l.account "
                "where a.role = :role",
                role=role,
            ),
        )

    async def audit(self) -> None:
        """What always holds: every entry and the whole balance, and the stock account is what the items are worth."""
        trial = await self.get("/books/trial-balance")
        assert D(trial["difference"]) == 0
        unbalanced = "select count(*) from (select 1 from journal_line group by entry_id having sum(debit) <> sum(credit)) x"
        assert await self.scalar(unbalanced) == 0
        assert await self.balance("stock") == await self.scalar(
            "select coalesce(sum(value), 0) from stock_value"
        )
        by_item = (
            "select count(*) from (select sku, value from stock_value except select l.sku, sum(l.debit - l.credit) "
            "from journal_line l join account a on a.code = l.account where a.role = 'stock' group by l.sku) x where value <> 0"
        )
        assert await self.scalar(by_item) == 0


def in_days(days: int) -> date:
    """A day from today on."""
    return clock.now().date() + timedelta(days=days)


async def add_masters(db: Database) -> None:
    """Four items, one of them made of the others; a supplier, two customers."""
    now = clock.now()
    accounts = [
        {"code": role, "name": role, "kind": KINDS.get(role, "expense"), "role": role} for role in ROLES
    ]
    partners: list[dict[str, Any]] = [
        {"number": "S1", "kind": "supplier", "name": "Supplier One", "email": "s1@x.example", "credit_limit": None,
         "tolerance": {"daysEarly": 3, "overPercent": "5"}},
        {"number": "C1", "kind": "customer", "name": "Customer One", "email": "", "credit_limit": None, "tolerance": {}},
        {"number": "C2", "kind": "customer", "name": "Small Limit", "email": "", "credit_limit": D(100), "tolerance": {}},
    ]  # fmt: skip
    items = [
        {"sku": sku, "name": sku.title(), "unit": "pc", "procurement": how, "valuation": value, "supplier": supplier,
         "lead_days": lead, "packagings": [{"kind": "box", "quantity": "10", "gtin": "04006381333931"}] if sku == "HUB" else []}
        for sku, (how, value, supplier, lead, _, _) in ITEMS.items()
    ]  # fmt: skip
    revisions = [
        {"sku": sku, "revision": "1", "state": "released", "released_at": now, "effective_from": now.date()}
        for sku in ITEMS
    ]
    bom = {"sku": "WHEEL", "bom_revision": "1"}
    materials = [
        bom | {"line": 10 * place, "component": sku, "quantity_each": D(many), "operation": 10, "consumption": how}
        for place, (sku, many, how) in enumerate(
            [("HUB", 1, "scan"), ("RIM", 1, "scan"), ("SPOKE", 36, "backflush")], start=1
        )
    ]  # fmt: skip
    operation = bom | {"operation": 10, "work_centre": "WC", "name": "Build", "setup_minutes": D(0), "run_minutes_each": D(30),
                       "skill": None, "instructions": ""}  # fmt: skip
    costs: list[dict[str, Any]] = [
        {"sku": sku, "version": 1, "revision": "1", "bom_revision": None, "material": D(cost), "labour": D(0)}
        for sku, (how, _, _, _, cost, _) in ITEMS.items()
        if how == "buy"
    ]
    # 20 + 10 + 36 × 0.10 of material, half an hour at 40
    costs.append(
        {
            "sku": "WHEEL",
            "version": 1,
            "revision": "1",
            "bom_revision": "1",
            "material": D("33.6"),
            "labour": D(20),
        }
    )
    prices = [
        {"list": name, "sku": sku, "from_quantity": D(1), "price": D(price)}
        for sku, (how, _, _, _, cost, sales) in ITEMS.items()
        for name, price in (("sales", sales), ("S1", cost))
        if name == "sales" or how == "buy"
    ]
    async with db.transaction() as connection:
        await add(connection, tables.Account, accounts)
        await add(connection, tables.Unit, [{"code": "pc", "name": "piece"}])
        await add(connection, tables.Partner, partners)
        await add(connection, tables.Item, items)
        await add(connection, tables.ItemRevision, revisions)
        await add(connection, tables.WorkCentre, [{"code": "WC", "name": "Wheels", "rate_per_hour": D(40)}])
        await add(connection, tables.Bom, [bom | {"item_revision": "1", "state": "released"}])
        await add(connection, tables.BomMaterial, materials)
        await add(connection, tables.BomOperation, [operation])
        await add(connection, tables.CostVersion, costs)
        await add(connection, tables.Price, prices)


@asynccontextmanager
async def running_core(urls: Urls, *roles: str) -> AsyncIterator[Core]:
    """The core's app in this process, and someone with these roles signed in to it."""
    settings = settings_for(urls, core_database_url=urls.core_app)
    app = create_core_app(settings)
    token = AccessTokens(SECRET).issue(Who(new_id(), None, new_id(), frozenset(roles)), new_id())
    transport = httpx.ASGITransport(app=cast("Any", app), raise_app_exceptions=False)
    headers = {"origin": ORIGIN, "authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=headers) as client:
        yield Core(app, app.state.db, client)
    await app.state.db.close()


@pytest.fixture(scope="session")
async def core_template(servers: Servers) -> AsyncIterator[Urls]:
    """A core's database as its migrations make it, with the masters in it."""

    async def prepare(urls: Urls) -> None:
        await migrate(urls.core_owner, "core")
        db = Database(urls.core_app, pool_size=1)
        await add_masters(db)
        await db.close()

    async with template_databases(servers, prepare) as urls:
        yield urls


@pytest.fixture
async def core(servers: Servers, core_template: Urls) -> AsyncIterator[Core]:
    """A core of the test's own. After the test its books must be right."""
    async with (
        cloned_databases(servers, core_template) as urls,
        running_core(urls, "planner", "supervisor") as found,
    ):
        yield found
        await found.audit()
