"""The portal over HTTP: /api/portal. No account, no cookie: every call carries the token of its link in the header `Gemba-Link`."""

import asyncio
from typing import Any
from uuid import UUID

from litestar import Request, Response, Router, get, post
from sqlalchemy import update

from backend.access import public
from backend.floor import catalog
from backend.floor.labels import Content, Label, Words, pdf, spoken, unit_label
from backend.floor.srm import schemas
from backend.floor.srm.advices import book_advice
from backend.floor.srm.answers import By, book_answer
from backend.floor.srm.documents import order_rows, order_told
from backend.floor.srm.door import HEADER, Door
from backend.floor.srm.packs import PackLabel, label_facts
from backend.floor.srm.tables import PurchaseOrder
from backend.kernel import clock
from backend.kernel.db import Database, retried
from backend.kernel.problems import BadRequest
from backend.kernel.settings import Settings

_OPEN = public(
    "a supplier has no account: its signed link is checked first, and row-level security binds what it sees"
)
MAX_BYTES = 128 * 1024


def _token(request: Request[Any, Any, Any]) -> tuple[str, str]:
    """The link's token and the caller's network address."""
    sender = request.client.host if request.client else ""
    return request.headers.get(HEADER, ""), sender


def _key(request: Request[Any, Any, Any]) -> UUID:
    try:
        return UUID(request.headers.get("idempotency-key", ""))
    except ValueError as error:
        raise BadRequest("The header Idempotency-Key must be a UUID made by the sender.") from error


@get("/", operation_id="getPortal")
async def get_portal(door: Door, request: Request[Any, Any, Any]) -> schemas.Overview:
    """What the link opens: the supplier's orders, those that need an answer first."""
    async with door.enter(*_token(request)) as (connection, entered):
        orders = await order_rows(connection)
        names = await connection.execute(
            PurchaseOrder.__table__.select().with_only_columns(
                PurchaseOrder.supplier_name, PurchaseOrder.deliver_to
            )
        )
        name = names.first()
    return schemas.Overview(
        supplier=name.supplier_name if name else entered.supplier,
        buyer=name.deliver_to if name else "",
        language=entered.language,
        expires_at=entered.expires_at,
        orders=orders,
    )


@get("/orders/{order_id:uuid}", operation_id="getPortalOrder")
async def get_portal_order(door: Door, request: Request[Any, Any, Any], order_id: UUID) -> schemas.OrderTold:
    """One order, whole. The first look at a version is noted."""
    async with door.enter(*_token(request)) as (connection, _):
        await connection.execute(
            update(PurchaseOrder)
            .where(PurchaseOrder.id == order_id, PurchaseOrder.state == "sent")
            .values(state="viewed", viewed_at=clock.now())
        )
        return await order_told(connection, order_id)


@post(
    "/orders/{order_id:uuid}/answer",
    operation_id="answerOrder",
    status_code=200,
    request_max_body_size=MAX_BYTES,
)
async def answer_order(
    door: Door, request: Request[Any, Any, Any], order_id: UUID, data: schemas.Answer
) -> schemas.Receipt:
    """Answers lines of an order's version; the receipt comes back. The same key gives the same receipt."""
    key = _key(request)

    async def book() -> schemas.Receipt:
        async with door.enter(*_token(request)) as (connection, entered):
            return await book_answer(connection, key, order_id, data, By(link=entered.link))

    return await retried(book)


@post(
    "/orders/{order_id:uuid}/advice",
    operation_id="adviseDispatch",
    status_code=200,
    request_max_body_size=MAX_BYTES,
)
async def advise_dispatch(
    door: Door, settings: Settings, request: Request[Any, Any, Any], order_id: UUID, data: schemas.Advise
) -> schemas.OrderTold:
    """Says what is sent; packs get their SSCCs. The order comes back with the advice in it."""
    key = _key(request)

    async def book() -> schemas.OrderTold:
        async with door.enter(*_token(request)) as (connection, entered):
            await book_advice(
                connection, key, order_id, data, By(link=entered.link), prefix=settings.company_prefix
            )
            return await order_told(connection, order_id)

    return await retried(book)


@get("/advices/{advice_id:uuid}/labels.pdf", operation_id="getPackLabels", media_type="application/pdf")
async def get_pack_labels(
    door: Door, db: Database, request: Request[Any, Any, Any], advice_id: UUID
) -> Response[bytes]:
    """The logistic labels of an advice's packs, one a page, 100 x 150 mm, in the language of the site that will read them.

    The portal sees no site; the link has been checked when the floor is asked for this one's language.
    """
    async with door.enter(*_token(request)) as (connection, _):
        packs = await label_facts(connection, advice_id)
    async with db.transaction() as connection:
        site = await catalog.site(connection, packs[0].site_id)
    words = spoken(site.plan if site else {})
    content = await asyncio.to_thread(lambda: pdf([_label(pack, words) for pack in packs], sheet=False))
    headers = {"content-disposition": 'inline; filename="labels.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


def _label(pack: PackLabel, words: Words) -> Label:
    content = Content(
        name=pack.name,
        sku=pack.sku,
        gtin=pack.gtin,
        quantity=pack.quantity,
        unit=pack.unit,
        lot=pack.lot or "",
        expires_on=pack.expires_on,
    )
    return unit_label(
        pack.sscc, "box", f"{pack.supplier_name} · {pack.number}", content if pack.gtin else None, words
    )


portal_router = Router(
    "/api/portal",
    tags=["portal"],
    opt=_OPEN,
    route_handlers=[get_portal, get_portal_order, answer_order, advise_dispatch, get_pack_labels],
)
