"""Receiving over HTTP: /api/floor/receiving."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from litestar import Router, get
from litestar.params import QueryParameter

from backend.access import requires
from backend.floor.typed_route import command_route
from backend.floor.wms.receiving import schemas
from backend.floor.wms.receiving.commands import COMMANDS
from backend.floor.wms.receiving.documents import (
    deliveries,
    delivery_document,
    docks,
    expected_items,
    unit_numbers,
)
from backend.floor.wms.receiving.facts import item_of
from backend.kernel.commands import Who
from backend.kernel.db import Database

ROLES = ("receiver", "supervisor")
NOWHERE = UUID(int=0)


@get("/deliveries", operation_id="listDeliveries", guards=[requires(*ROLES)])
async def list_deliveries(
    db: Database,
    who: Who,
    days: Annotated[int, QueryParameter(name="days", ge=0, le=90)] = 0,
    find: Annotated[str, QueryParameter(name="find", max_length=64)] = "",
) -> list[schemas.DeliveryRow]:
    """What is expected today, late or being received; `days` looks further ahead, `find` among all that is open."""
    async with db.transaction() as connection:
        return await deliveries(connection, who.site_id, days=days, find=find)


@get("/deliveries/{delivery_id:uuid}", operation_id="getDelivery", guards=[requires(*ROLES)])
async def get_delivery(db: Database, who: Who, delivery_id: UUID) -> schemas.DeliveryDocument:
    """One delivery, whole."""
    async with db.transaction() as connection:
        return await delivery_document(connection, who.site_id, delivery_id)


@get("/item", operation_id="getExpectedItem", guards=[requires(*ROLES)])
async def get_expected_item(
    db: Database, code: Annotated[str, QueryParameter(name="code", min_length=1, max_length=512)]
) -> schemas.ExpectedItem:
    """One item as the dock needs it, by whatever was scanned of it: goods that nobody announced, or a wrong item."""
    async with db.transaction() as connection:
        row = await item_of(connection, schemas.ReceiveGoods(quantity=Decimal(1), place=NOWHERE, code=code))
        return (await expected_items(connection, [row.sku]))[0]


@get("/docks", operation_id="listDocks", guards=[requires(*ROLES)])
async def list_docks(db: Database, who: Who) -> list[schemas.DockTold]:
    """Where goods are taken in."""
    async with db.transaction() as connection:
        return await docks(connection, who.site_id)


@get("/unit-numbers", operation_id="takeUnitNumbers", guards=[requires(*ROLES)])
async def take_unit_numbers(
    db: Database, who: Who, count: Annotated[int, QueryParameter(name="count", ge=1, le=50)] = 10
) -> schemas.UnitNumbers:
    """Fresh SSCCs for a device to keep, so that it can label a pallet without the network."""
    async with db.transaction() as connection:
        return await unit_numbers(connection, who.site_id, count)


router = Router(
    "/receiving",
    tags=["receiving"],
    route_handlers=[
        list_deliveries,
        get_delivery,
        get_expected_item,
        list_docks,
        take_unit_numbers,
        command_route("/goods", "receive.goods", COMMANDS, schemas.GoodsBooked),
        command_route("/close", "receive.close", COMMANDS, schemas.DeliveryClosed),
        command_route("/undo", "receive.undo", COMMANDS, schemas.ReceiptTakenBack),
    ],
)
