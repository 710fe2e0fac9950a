"""Photos from the floor: sent after the command they belong to, kept under the id that the command already named."""

import asyncio
import io
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Request, Response, get, put
from PIL import Image, ImageOps
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as pg_insert

from backend.access import requires
from backend.floor.work.tables import Photo
from backend.kernel.commands import Who
from backend.kernel.db import Database
from backend.kernel.problems import BadRequest, NotFound
from scanning import Refusal
from scanning.header import check

MAX_BYTES: Final = 512 * 1024
SEERS: Final = ("supervisor", "planner", "inspector")
_QUALITY: Final = 85


class Picture(msgspec.Struct, frozen=True):
    """A photo as it is kept."""

    media_type: str
    data: bytes


def cleaned(data: bytes) -> Picture:
    """The picture upright, with nothing left but what can be seen: no place, no device, nothing hidden behind its end.

    Raises:
        BadRequest: no JPEG, PNG or WebP, torn, or with more pixels than `scanning` reads (12 megapixels).
    """
    header = check(data)
    if isinstance(header, Refusal):
        raise BadRequest(header.sentence)
    try:
        with Image.open(io.BytesIO(data), formats=[header.kind.upper()]) as picture:
            kind = str(picture.format)
            upright = ImageOps.exif_transpose(picture)
        upright.info.clear()
        out = io.BytesIO()
        upright.save(out, kind, quality=_QUALITY)
    except (OSError, SyntaxError, ValueError) as error:
        raise BadRequest("The picture is torn. Take it again.") from error
    return Picture(f"image/{kind.lower()}", out.getvalue())


@put(
    "/photos/{photo_id:uuid}",
    operation_id="putPhoto",
    guards=[requires()],
    status_code=204,
    request_max_body_size=MAX_BYTES,
)
async def put_photo(request: Request[Who, Any, Any], db: Database, who: Who, photo_id: UUID) -> None:
    """Keeps a photo. Sent again it changes nothing."""
    picture = await asyncio.to_thread(cleaned, await request.body())
    row = {
        "id": photo_id,
        "site_id": who.site_id,
        "person_id": who.person_id,
        "media_type": picture.media_type,
        "data": picture.data,
    }
    async with db.transaction() as connection:
        await connection.execute(pg_insert(Photo).values(**row).on_conflict_do_nothing())


@get("/photos/{photo_id:uuid}", operation_id="getPhoto", guards=[requires(*SEERS)])
async def get_photo(db: Database, who: Who, photo_id: UUID) -> Response[bytes]:
    """A photo of this site."""
    async with db.transaction() as connection:
        found = await connection.execute(
            select(Photo.media_type, Photo.data).where(Photo.id == photo_id, Photo.site_id == who.site_id)
        )
        row = found.first()
    if row is None:
        raise NotFound("No such photo.")
    return Response(row.data, media_type=row.media_type, headers={"cache-control": "private, max-age=86400"})
