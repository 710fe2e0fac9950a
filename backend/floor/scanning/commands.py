"""Changes what counts as a scan at a site."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.scanning.rules import itf_fault
from backend.floor.scanning.schemas import AllowLabels, SiteLabels
from backend.floor.scanning.tables import LabelRules
from backend.kernel import clock
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.problems import BadRequest
from scanning import FORMATS


async def allow_labels(connection: AsyncConnection, command: Command[AllowLabels]) -> SiteLabels:
    """The site reads these symbologies from now on, and no others.

    Raises:
        BadRequest: none at all, one that does not exist, or a length that ITF cannot have.
    """
    formats, lengths = set(command.payload.formats), set(command.payload.itf_lengths)
    if not formats or not formats <= FORMATS:
        raise BadRequest(f"Choose at least one symbology, of {', '.join(sorted(FORMATS))}.")
    if fault := itf_fault(lengths):
        raise BadRequest(fault)
    chosen = {
        "formats": sorted(formats),
        "itf_lengths": sorted(lengths),
        "changed_at": clock.now(),
        "changed_by": command.who.person_id,
    }
    await connection.execute(
        insert(LabelRules)
        .values(site_id=command.who.site_id, **chosen)
        .on_conflict_do_update(index_elements=[LabelRules.site_id], set_=chosen)
    )
    return SiteLabels(formats=sorted(formats), itf_lengths=sorted(lengths))


COMMANDS: Registry = {"scanning.allow": (AllowLabels, transactional(allow_labels))}
