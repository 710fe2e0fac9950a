"""Loads the demo company: masters and people, the stock of the first morning, then orders through the link's front door.

Everything is found again by its own number, so loading twice leaves the same rows; what was picked since stays picked.
"""

from collections.abc import Callable
from uuid import UUID

import msgspec

from backend.demo.assortment import MASTER_VERSION, Article, articles
from backend.demo.booking import book, totes
from backend.demo.company import Company, read_company
from backend.demo.core_load import load_core
from backend.demo.floor_plan import places, site_master
from backend.demo.opening import opening
from backend.demo.orders import requests, unruly
from backend.demo.people import add_people
from backend.demo.printer import add_printers
from backend.demo.production import add_shop_floor, read_shop_floor
from backend.demo.quality import add_quality
from backend.demo.sender import sender
from backend.floor.catalog import PartnerMaster, upsert_items, upsert_partners, upsert_places, upsert_site
from backend.kernel import clock
from backend.kernel.db import Database
from backend.kernel.settings import Settings

INBOX = "/api/floor/link/inbox"
ORDERS = 150
_EVERY = 500

Tell = Callable[[str], None]


class Loaded(msgspec.Struct, frozen=True):
    """What there is after loading. `opened` tells whether the opening stock was booked by this run."""

    site_id: UUID
    places: int
    items: int
    partners: int
    people: int
    opened: bool
    requests: int


async def load(
    settings: Settings, orders: int = ORDERS, *, inbox_url: str = "", tell: Tell = print
) -> Loaded:
    """Loads the demo into the floor that runs with these settings; `tell` hears how it goes.

    Raises:
        FloorAway: the API does not take the orders; all else is loaded.
    """
    loaded = await load_masters(settings, tell=tell)
    if orders > 0:
        await send_orders(settings, orders, inbox_url=inbox_url, tell=tell)
    return msgspec.structs.replace(loaded, requests=orders)


async def load_masters(settings: Settings, *, tell: Tell = print) -> Loaded:
    """All but the orders: needs the database, not the API."""
    company = read_company()
    stock = articles(company.assortment)
    db = Database(settings.database_url, pool_size=2)
    try:
        site_id, people = await _masters(db, settings, company, stock, tell)
        opened = await _open(db, site_id, company, stock, tell)
    finally:
        await db.close()
    partners = len(company.partners.customers) + len(company.partners.suppliers)
    return Loaded(site_id, len(places(company.site)), len(stock), partners, people, opened, 0)


async def send_orders(
    settings: Settings, orders: int = ORDERS, *, inbox_url: str = "", tell: Tell = print
) -> int:
    """Enters the orders into the core, whose link brings them to the floor. Without a core they go to the API's inbox as any ERP's
    would; returns how many there are.

    Raises:
        FloorAway: there is no core, and the API does not take them.
    """
    if settings.core_database_url is not None:
        await load_core(settings, orders, tell=tell)
        return orders
    company = read_company()
    wanted = list(requests(company, articles(company.assortment), orders, clock.now()))

    def progress(done: int) -> None:
        if done % _EVERY == 0:
            tell(f"{done} messages sent for {orders} orders")

    url = inbox_url or f"http://127.0.0.1:{settings.port}{INBOX}"
    async with sender(url, settings.link_secret) as erp:
        sent = await erp.send(unruly(wanted), progress)
    tell(f"{len(wanted)} orders sent over the link in {sent} messages, some twice and some late, as links do")
    return len(wanted)


async def _masters(
    db: Database, settings: Settings, company: Company, stock: list[Article], tell: Tell
) -> tuple[UUID, int]:
    async with db.transaction() as connection:
        site_id = await upsert_site(
            connection, site_master(company.site, company_prefix=company.assortment.company_prefix)
        )
        floor = places(company.site)
        await upsert_places(connection, site_id, floor)
        tell(f"{len(floor)} places in {len(company.site.zones)} zones of {company.site.name}")
        await upsert_items(connection, [article.master for article in stock])
        await upsert_partners(connection, _partners(company))
        pattern = company.site.totes
        numbers = range(1, pattern.count + 1)
        await totes(connection, site_id, (f"{pattern.code}-{n:0{pattern.digits}d}" for n in numbers))
        tell(f"{len(stock)} items, {len(_partners(company))} partners, {pattern.count} totes")
        await add_people(connection, settings.secret, site_id, company.people)
        await add_quality(connection, site_id)
        tell(f"{len(company.people)} people")
        centres = await add_shop_floor(connection, site_id, read_shop_floor())
        printers = await add_printers(connection, site_id, settings.port)
        tell(f"{centres} work centres, {printers} label printers")
    return site_id, len(company.people)


async def _open(db: Database, site_id: UUID, company: Company, stock: list[Article], tell: Tell) -> bool:
    async with db.transaction() as connection:
        morning = opening(company, stock, places(company.site), clock.now().date())
        booked = await book(connection, site_id, company.site.code, morning)
    if booked:
        tell(f"{len(morning.stock)} stock positions on {len(morning.units)} handling units and in the open")
    else:
        tell("opening stock was booked before")
    return booked


def _partners(company: Company) -> list[PartnerMaster]:
    customers = [
        PartnerMaster(
            kind="customer",
            number=who.number,
            name=who.name,
            version=MASTER_VERSION,
            min_shelf_life_days=who.shelf_life,
            city=who.city,
            country=who.country,
        )
        for who in company.partners.customers
    ]
    suppliers = [
        PartnerMaster(
            kind="supplier",
            number=who.number,
            name=who.name,
            version=MASTER_VERSION,
            city=who.city,
            country=who.country,
            attributes={"groups": who.groups},
        )
        for who in company.partners.suppliers
    ]
    return [*customers, *suppliers]
