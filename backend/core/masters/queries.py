"""Masters as the office and the other slices read them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import func, or_, select, type_coerce
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.core.masters.problems import NoRevision, NoSuchItem, NoSuchPartner, UnknownUnit
from backend.core.masters.schemas import PartnerChange, PartnerFacts, Partners, PartnerWhole
from backend.core.masters.tables import Bom, CostVersion, Item, ItemRevision, Partner, Price
from backend.kernel.db import Exact
from backend.kernel.paging import Asked, contains, listed
from backend.kernel.quantity import checked
from backend.kernel.tables import CommandLog

SALES_LIST = "sales"
_CHANGES = 50


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """What an order line of an item would stand on today: released revision, released BOM, newest cost version.

    `cost` is one unit at that cost version, which was reckoned for `cost_revision`.
    """

    sku: str
    name: str
    unit: str
    whole: bool
    packagings: list[dict[str, Any]]
    procurement: str
    valuation: str
    supplier: str | None
    lead_days: int
    revision: str | None
    bom_revision: str | None
    cost_version: int | None
    cost_revision: str | None
    cost: Decimal | None

    def pieces(self, quantity: Decimal, unit: str) -> Decimal:
        """A quantity in the item's own unit.

        Raises:
            UnknownUnit: the unit is neither the item's own nor one of its packagings, or gives no whole pieces.
        """
        factors = {pack["kind"]: Decimal(pack["quantity"]) for pack in self.packagings}
        factor = Decimal(1) if unit in {"", self.unit} else factors.get(unit)
        if factor is None:
            raise UnknownUnit(f"{self.sku} is not sold or bought by the {unit}", sku=self.sku, unit=unit)
        try:
            return checked(quantity * factor, whole=self.whole)
        except ValueError as error:
            raise UnknownUnit(f"{self.sku}: {error}", sku=self.sku, unit=unit) from error

    def stands_on(self) -> dict[str, Any]:
        """The columns of an order line that say which item, by which revisions, at which cost version.

        Raises:
            NoRevision: the item was never released.
        """
        if self.revision is None:
            raise NoRevision(f"{self.sku} has no released revision", sku=self.sku)
        return {
            "sku": self.sku,
            "revision": self.revision,
            "bom_revision": self.bom_revision,
            "cost_version": self.cost_version,
        }


async def standings(connection: AsyncConnection, skus: Iterable[str]) -> dict[str, Standing]:
    """What lines of these items would stand on today.

    Raises:
        NoSuchItem: one of them is not known.
    """
    wanted = sorted(set(skus))
    newest = (
        select(
            CostVersion.sku,
            CostVersion.version,
            CostVersion.revision,
            type_coerce(CostVersion.material + CostVersion.labour, Exact()).label("cost"),
        )
        .ext(distinct_on(CostVersion.sku))
        .order_by(CostVersion.sku, CostVersion.version.desc())
        .subquery()
    )
    found = await connection.execute(
        select(
            Item.sku, Item.name, Item.unit, Item.whole, Item.packagings, Item.procurement, Item.valuation,
            Item.supplier, Item.lead_days, ItemRevision.revision, Bom.bom_revision,
            newest.c.version.label("cost_version"), newest.c.revision.label("cost_revision"), newest.c.cost,
        )
        .outerjoin(ItemRevision, (ItemRevision.sku == Item.sku) & (ItemRevision.state == "released"))
        .outerjoin(Bom, (Bom.sku == Item.sku) & (Bom.state == "released"))
        .outerjoin(newest, newest.c.sku == Item.sku)
        .where(Item.sku.in_(wanted))
    )  # fmt: skip
    known = {row.sku: Standing(**row._mapping) for row in found}  # noqa: SLF001  (SQLAlchemy's public name)
    if missing := [sku for sku in wanted if sku not in known]:
        raise NoSuchItem(f"There is no item {', '.join(missing[:10])}", skus=missing[:10])
    return known


async def list_prices(
    connection: AsyncConnection, price_list: str, quantities: Mapping[str, Decimal]
) -> dict[str, Decimal]:
    """What one unit costs of each item in a list, from the quantity asked for on; items without a price are left out."""
    found = await connection.execute(
        select(Price.sku, Price.from_quantity, Price.price)
        .where(Price.list == price_list, Price.sku.in_(list(quantities)))
        .order_by(Price.sku, Price.from_quantity)
    )
    prices: dict[str, Decimal] = {}
    for row in found:
        if row.from_quantity <= quantities[row.sku]:
            prices[row.sku] = row.price
    return prices


async def partner(connection: AsyncConnection, number: str, kind: str) -> Any:
    """A customer or supplier's row.

    Raises:
        NoSuchPartner: there is none of that kind by that number.
    """
    found = await connection.execute(select(Partner).where(Partner.number == number, Partner.kind == kind))
    row = found.first()
    if row is None:
        raise NoSuchPartner(f"There is no {kind} {number}", number=number, kind=kind)
    return row


async def item_exists(connection: AsyncConnection, sku: str) -> bool:
    """Whether there is an item by that SKU."""
    found = await connection.execute(select(func.count()).select_from(Item).where(Item.sku == sku))
    return bool(found.scalar_one())


async def partners(connection: AsyncConnection, asked: Asked, *, search: str = "") -> Partners:
    """One page of partners by number."""
    statement = select(Partner).order_by(Partner.number)
    if search:
        like = contains(search)
        statement = statement.where(or_(Partner.number.ilike(like), Partner.name.ilike(like)))
    kinds = {kind: Partner.kind == kind for kind in ("customer", "supplier")}
    found = await listed(connection, statement, asked, kinds)
    return Partners(items=[told_partner(row) for row in found.rows], **found.page)


async def whole_partner(connection: AsyncConnection, number: str) -> PartnerWhole:
    """A partner and who changed it when.

    Raises:
        NoSuchPartner: there is none by that number.
    """
    found = await connection.execute(select(Partner).where(Partner.number == number))
    row = found.first()
    if row is None:
        raise NoSuchPartner(f"There is no partner {number}", number=number)
    saved = await connection.execute(
        select(CommandLog.booked_at, CommandLog.person_id, CommandLog.answer)
        .where(
            CommandLog.type == "partner.save",
            CommandLog.outcome == "done",
            CommandLog.answer["number"].astext == number,
        )
        .order_by(CommandLog.booked_at.desc())
        .limit(_CHANGES)
    )
    changes = [PartnerChange(at=one.booked_at, person=one.person_id, facts=one.answer) for one in saved]
    return PartnerWhole(**msgspec.structs.asdict(told_partner(row)), changes=changes)


def told_partner(row: Any) -> PartnerFacts:
    """A partner's row as the office sees it."""
    return PartnerFacts(**{name: getattr(row, name) for name in PartnerFacts.__struct_fields__})
