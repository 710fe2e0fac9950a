"""Labels over HTTP: /api/floor/labels. Rendering runs in a thread: 200 bins take some seconds."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Literal

import msgspec
from litestar import Response, Router, get
from litestar.params import Parameter

from backend.access import requires
from backend.floor.labels.layout import Label
from backend.floor.labels.pictures import pdf, png
from backend.floor.labels.queries import LabelKind, labels, place_codes
from backend.floor.labels.raster import DoesNotFit
from backend.floor.labels.symbols import NotEncodable
from backend.floor.labels.zpl import zpl
from backend.kernel.commands import Who
from backend.kernel.db import Database
from backend.kernel.problems import BadRequest, NotAllowed, NotFound

MOST = 200
Form = Literal["png", "pdf", "zpl"]
Resolution = Literal[203, 300]
Code = Annotated[str, Parameter(min_length=1, max_length=64)]

_TYPES = {"png": "image/png", "pdf": "application/pdf", "zpl": "application/zpl"}
_SUPERVISORS = frozenset({"supervisor", "admin"})


class NotPrintable(BadRequest):
    """The number cannot be printed as a code that can be read again."""

    type = "not-printable"
    title = "This cannot be printed as a bar code"


class _Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for."""

    kind: LabelKind
    codes: Sequence[str]
    item: str
    form: Form
    resolution: Resolution
    sheet: bool


@get("/{kind:str}", operation_id="getLabel", guards=[requires()], media_type="application/octet-stream")
async def get_label(
    *,
    db: Database,
    who: Who,
    kind: LabelKind,
    code: Code,
    item: str = "",
    form: Form = "png",
    resolution: Resolution = 203,
) -> Response[bytes]:
    """One label: of a place, item (SKU or GTIN), lot or serial (with its item's SKU), handling unit, tote or badge."""
    wanted = _Wanted(kind=kind, codes=[code], item=item, form=form, resolution=resolution, sheet=False)
    return await _answer(db, who, wanted)


@get(
    "/{kind:str}/sheet",
    operation_id="getLabelSheet",
    guards=[requires()],
    media_type="application/octet-stream",
)
async def get_label_sheet(
    *,
    db: Database,
    who: Who,
    kind: LabelKind,
    code: Annotated[list[str] | None, Parameter(max_items=MOST)] = None,
    prefix: Annotated[str, Parameter(max_length=64)] = "",
    item: str = "",
    form: Literal["pdf", "zpl"] = "pdf",
    resolution: Resolution = 203,
) -> Response[bytes]:
    """Up to 200 labels: those of the given codes, or of the places whose code begins with `prefix` (`C-07`), on A4 or as ZPL."""
    codes = code or []
    if kind == "place" and prefix:
        async with db.transaction() as connection:
            codes = await place_codes(connection, who.site_id, prefix, MOST)
    if not codes:
        raise NotFound("There is nothing to print.", prefix=prefix)
    wanted = _Wanted(kind=kind, codes=codes, item=item, form=form, resolution=resolution, sheet=True)
    return await _answer(db, who, wanted)


async def _answer(db: Database, who: Who, wanted: _Wanted) -> Response[bytes]:
    if wanted.kind == "badge" and not (who.roles & _SUPERVISORS):
        raise NotAllowed("Badges are printed by a supervisor.", needed=sorted(_SUPERVISORS))
    async with db.transaction() as connection:
        found = await labels(connection, who.site_id, wanted.kind, wanted.codes, wanted.item)
    try:
        content = await asyncio.to_thread(_rendered, found, wanted)
    except (NotEncodable, DoesNotFit) as error:
        raise NotPrintable(str(error)) from error
    name = f"{wanted.kind}-{'labels' if wanted.sheet else wanted.codes[0]}.{wanted.form}"
    safe = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "-._") else "_" for sign in name)
    return Response(
        content, media_type=_TYPES[wanted.form], headers={"content-disposition": f'inline; filename="{safe}"'}
    )


def _rendered(found: list[Label], wanted: _Wanted) -> bytes:
    if wanted.form == "png":
        return png(found[0], wanted.resolution)
    if wanted.form == "zpl":
        return zpl(found, wanted.resolution).encode("ascii")
    return pdf(found, sheet=wanted.sheet)


router = Router("/labels", tags=["labels"], route_handlers=[get_label, get_label_sheet])
