"""Photos from the floor: sent after the command they belong to, kept under the id that the command already named."""

from typing import Any, Final
from uuid import UUID

from litestar import Request, Response, get, put
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as pg_insert

from backend.access import requires
from backend.floor.work.tables import Photo
from backend.kernel.commands import Who
from backend.kernel.db import Database
from backend.kernel.problems import BadRequest, NotFound

MAX_BYTES: Final = 512 * 1024
SEERS: Final = ("supervisor", "planner", "inspector")
_MAGIC: Final = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


def media_type(data: bytes) -> str:
    """What a picture is by its first bytes, whatever its sender calls it.

    Raises:
        BadRequest: no JPEG, PNG or WebP.
    """
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    for magic, name in _MAGIC.items():
        if data.startswith(magic):
            return name
    raise BadRequest("A photo is a JPEG, PNG or WebP picture.")


@put(
    "/photos/{photo_id:uuid}",
    operation_id="putPhoto",
    guards=[requires()],
    status_code=204,
    request_max_body_size=MAX_BYTES,
)
async def put_photo(request: Request[Who, Any, Any], db: Database, who: Who, photo_id: UUID) -> None:
    """Keeps a photo. Sent again it changes nothing."""
    data = await request.body()
    row = {
        "id": photo_id,
        "site_id": who.site_id,
        "person_id": who.person_id,
        "media_type": media_type(data),
        "data": data,
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
