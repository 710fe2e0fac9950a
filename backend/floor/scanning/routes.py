"""The server's help for a device's camera: /api/floor/scanning."""

from typing import Annotated, Any

from litestar import Request, Router, get, post
from litestar.params import QueryParameter

from backend.access import requires
from backend.floor.scanning.commands import COMMANDS
from backend.floor.scanning.eyes import Eyes
from backend.floor.scanning.live import live_frames
from backend.floor.scanning.queries import site_labels
from backend.floor.scanning.schemas import EyesHealth, Seen, SiteLabels
from backend.floor.typed_route import command_route
from backend.kernel.commands import Who
from backend.kernel.db import Database
from backend.kernel.problems import BadRequest
from scanning import FORMATS

MAX_BYTES = 3 * 1024 * 1024
MAX_EXPECTED = 200


@post(
    "/read", operation_id="readFrame", guards=[requires()], status_code=200, request_max_body_size=MAX_BYTES
)
async def read_frame(
    request: Request[Any, Any, Any],
    db: Database,
    who: Who,
    eyes: Eyes,
    still: Annotated[bool, QueryParameter(name="still")] = True,
    expected: Annotated[str, QueryParameter(name="expected", max_length=8000)] = "",
    formats: Annotated[str, QueryParameter(name="formats", max_length=300)] = "",
) -> Seen:
    """Reads a JPEG, PNG or WebP. `expected` are codes the open task waits for, `formats` fewer symbologies than the site allows (comma-separated)."""
    wanted = [name for name in formats.split(",") if name]
    if not set(wanted) <= FORMATS:
        raise BadRequest(f"Symbologies are {', '.join(sorted(FORMATS))}.")
    eyes.admit()
    codes = [code for code in expected.split(",") if code][:MAX_EXPECTED]
    async with db.transaction() as connection:
        labels = await site_labels(connection, who.site_id)
    if wanted:
        labels.formats = [name for name in labels.formats if name in wanted]
    return await eyes.read(await request.body(), still=still, expected=codes, labels=labels)


@get("/labels", operation_id="getSiteLabels", guards=[requires()])
async def get_site_labels(db: Database, who: Who, eyes: Eyes) -> SiteLabels:
    """The symbologies that count as a scan at this site; a device's own camera keeps to them as well.

    Who asks may soon send a frame: the workers start now, and nobody waits for them.
    """
    await eyes.pool()
    async with db.transaction() as connection:
        return await site_labels(connection, who.site_id)


@get("/health", operation_id="eyesHealth", guards=[requires("supervisor", "planner")], sync_to_thread=False)
def eyes_health(eyes: Eyes) -> EyesHealth:
    """How this process's reading workers are."""
    return eyes.health()


router = Router(
    "/scanning",
    tags=["scanning"],
    route_handlers=[
        read_frame,
        eyes_health,
        get_site_labels,
        live_frames,
        command_route("/labels", "scanning.allow", COMMANDS, SiteLabels),
    ],
)
