"""Masters over HTTP: /api/floor/catalog."""

from typing import Annotated

from litestar import Response, Router, get
from litestar.params import HeaderParameter, Parameter

from backend.access import requires
from backend.floor.catalog import queries
from backend.floor.catalog.codes import CodeBook, code_book, version_of
from backend.floor.catalog.commands import COMMANDS
from backend.floor.catalog.schemas import ItemFacts, PlaceFacts, SiteFacts, SiteSet
from backend.floor.typed_route import command_route
from backend.kernel.commands import Who
from backend.kernel.db import Database
from backend.kernel.problems import NotFound

MOST = 200
Search = Annotated[str, Parameter(max_length=64)]


@get("/site", operation_id="getSite", guards=[requires()])
async def get_site(db: Database, who: Who) -> SiteFacts:
    """The site of the person signed in, with its floor plan."""
    async with db.transaction() as connection:
        found = await queries.site(connection, who.site_id)
    if found is None:
        raise NotFound("This site is not known.")
    return found


@get("/places", operation_id="listPlaces", guards=[requires()])
async def list_places(db: Database, who: Who, kind: list[str] | None = None) -> list[PlaceFacts]:
    """All places of the site, or those of some kinds: a map draws them once and keeps them."""
    async with db.transaction() as connection:
        return await queries.places(connection, who.site_id, kinds=kind or ())


@get("/places/{code:str}", operation_id="getPlace", guards=[requires()])
async def get_place(db: Database, who: Who, code: str) -> PlaceFacts:
    """One place by the code on its label."""
    async with db.transaction() as connection:
        found = await queries.place_by_code(connection, who.site_id, code)
    if found is None:
        raise NotFound(f"No place has the code {code}.", code=code)
    return found


@get("/items", operation_id="listItems", guards=[requires()])
async def list_items(
    db: Database,
    text: Search = "",
    after: Search = "",
    limit: Annotated[int, Parameter(ge=1, le=MOST)] = 50,
) -> list[ItemFacts]:
    """A page of items by SKU; `text` is looked for in the SKU and the name, `after` is the last SKU of the page before."""
    async with db.transaction() as connection:
        return await queries.items(connection, text=text, after=after, limit=limit)


@get("/items/{sku:str}", operation_id="getItem", guards=[requires()])
async def get_item(db: Database, sku: str) -> ItemFacts:
    """One item with its packagings."""
    async with db.transaction() as connection:
        found = await queries.item_by_sku(connection, sku)
    if found is None:
        raise NotFound(f"No item has the number {sku}.", item=sku)
    return found


@get("/codes", operation_id="getCodeBook", guards=[requires()])
async def get_code_book(
    db: Database, who: Who, known: Annotated[str, HeaderParameter(name="If-None-Match", max_length=200)] = ""
) -> Response[CodeBook]:
    """Every code of the site's places and items, for a device to keep; nothing (304) to one that has this version."""
    async with db.transaction() as connection:
        book = await code_book(connection, who.site_id)
    headers = {"etag": version_of(book)}
    if headers["etag"] in known:
        return Response(None, status_code=304, headers=headers)  # type: ignore[arg-type]  # an answer without a body
    return Response(book, headers=headers)


router = Router(
    "/catalog",
    tags=["catalog"],
    route_handlers=[
        get_site,
        list_places,
        get_place,
        list_items,
        get_item,
        get_code_book,
        command_route("/site", "site.set", COMMANDS, SiteSet),
    ],
)
