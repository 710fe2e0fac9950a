"""What changed in an ERP that does not tell by itself, made into the same messages as any ERP's and put into the inbox.

A record is told apart by the ERP's id and stamp; one that comes again is passed over. What is told of it again only because the floor
itself wrote to it says nothing new, and makes no message: the digest of what was told last decides. A record, its binding and its
message are written in one transaction; the cursor moves once all of it is kept.
"""

import hashlib
from typing import Any

import msgspec
import structlog
from sqlalchemy import func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.shipments import ShipmentChanged, ShipmentRequested
from backend.floor.link.port import PULLED, Erp, ErpAway, Kind, Record
from backend.floor.link.tables import LinkBinding, LinkCursor
from backend.kernel.db import Database
from backend.kernel.link import Handlers, keep
from backend.kernel.link.messages import compose, decode

log = structlog.get_logger()

_MAX_ERROR = 500
_encoder = msgspec.json.Encoder(decimal_format="string", order="deterministic")


class Puller:
    """Reads one ERP's changes. Run by one worker at a time.

    Args:
        db: the floor's database.
        erp: where to look.
        handlers: which messages the floor understands.
        source: who the messages are from.
    """

    def __init__(self, db: Database, erp: Erp, handlers: Handlers, *, source: str) -> None:
        self._db = db
        self._erp = erp
        self._handlers = handlers
        self._source = source

    async def pull(self) -> int:
        """Looks for changes of every kind; returns how many messages that made. An ERP that is away is noted, not raised."""
        made = 0
        for kind in PULLED:
            try:
                made += await self.pull_kind(kind)
            except ErpAway as away:
                await self._note(kind, str(away))
                log.warning("erp_away", erp=self._erp.name, url=self._erp.url, error=str(away)[:_MAX_ERROR])
                break
            except Exception as error:
                await self._note(kind, f"{type(error).__name__}: {error}")
                raise
        return made

    async def pull_kind(self, kind: Kind) -> int:
        """Looks for changes of one kind since the last look."""
        made = 0
        odd: list[str] = []
        async with self._db.hot() as connection:
            query = select(LinkCursor.cursor).where(LinkCursor.erp == self._erp.name, LinkCursor.kind == kind)
            cursor = (await connection.execute(query)).scalar_one_or_none()
        async for changes in self._erp.changed_since(kind, cursor or None):
            for record in await self._fresh(changes.records):
                async with self._db.transaction() as connection:
                    made += await self._take(connection, record)
            cursor = changes.cursor
            odd += changes.unreadable
        if odd:
            log.warning("erp_records_unreadable", erp=self._erp.name, kind=kind, records=odd)
        await self._note(kind, "; ".join(odd) or None, cursor=cursor)
        return made

    async def _note(self, kind: Kind, error: str | None, *, cursor: str | None = None) -> None:
        """How the look went; without a cursor the next one begins where this one did."""
        values: dict[str, Any] = {"looked_at": func.clock_timestamp(), "error": error and error[:_MAX_ERROR]}
        if cursor is not None:
            values["cursor"] = cursor
        row = pg_insert(LinkCursor).values(erp=self._erp.name, kind=kind, **values)
        async with self._db.hot() as connection:
            await connection.execute(row.on_conflict_do_update(index_elements=["erp", "kind"], set_=values))

    async def _fresh(self, records: tuple[Record, ...]) -> list[Record]:
        """Those that were not read before just as they are now."""
        if not records:
            return []
        keys = [(self._erp.name, record.kind, record.id) for record in records]
        async with self._db.hot() as connection:
            rows = await connection.execute(
                select(LinkBinding.kind, LinkBinding.external_id, LinkBinding.stamp).where(
                    tuple_(LinkBinding.erp, LinkBinding.kind, LinkBinding.external_id).in_(keys)
                )
            )
            known = {(row.kind, row.external_id): row.stamp for row in rows}
        return [record for record in records if known.get((record.kind, record.id)) != record.stamp]

    async def _take(self, connection: AsyncConnection, record: Record) -> int:
        """Tells what a record says, if that is new."""
        binding = await self._bound(connection, record)
        if binding.stamp == record.stamp:
            return 0
        numbers = numbered(binding.lines, record)
        values: dict[str, Any] = {"stamp": record.stamp, "lines": numbers}
        told = _digest(record, numbers)
        made = record.message is not None and told != binding.digest and (
            record.state != "cancelled" or binding.version > 0  # what was never asked for need not be cancelled
        )  # fmt: skip
        if made:
            version = binding.version + 1
            await self._send(connection, record, numbers, version)
            values |= {"version": version, "digest": told, "told_at": func.clock_timestamp()}
        await connection.execute(
            update(LinkBinding)
            .where(
                LinkBinding.erp == self._erp.name,
                LinkBinding.kind == record.kind,
                LinkBinding.external_id == record.id,
            )
            .values(**values)
        )
        return int(made)

    async def _bound(self, connection: AsyncConnection, record: Record) -> Any:
        """The record's binding, made if it is new, locked."""
        key = {"erp": self._erp.name, "kind": record.kind, "external_id": record.id}
        row = pg_insert(LinkBinding).values(**key, document=document_of(record))
        found = await connection.execute(
            row.on_conflict_do_update(
                index_elements=list(key), set_={"document": document_of(record)}
            ).returning(LinkBinding.stamp, LinkBinding.digest, LinkBinding.version, LinkBinding.lines)
        )
        return found.one()

    async def _send(
        self, connection: AsyncConnection, record: Record, numbers: dict[str, int], version: int
    ) -> None:
        message = _with_numbers(record, numbers, version)
        body = compose(
            message,
            message_id=f"{record.kind}/{record.id}@{record.stamp}",
            source=self._source,
            subject=document_of(record),
            sequence=version,
        )
        await keep(connection, decode(body), self._handlers)


def document_of(record: Record) -> str:
    """The document of the contract that a record is."""
    return f"{record.kind}/{record.number}"


def numbered(known: dict[str, int], record: Record) -> dict[str, int]:
    """Every line id's number: those that are known keep theirs, new ones follow the highest."""
    numbers = dict(known)
    for line in record.lines:
        numbers.setdefault(line.id, max(numbers.values(), default=0) + 1)
    return numbers


def _with_numbers(record: Record, numbers: dict[str, int], version: int) -> msgspec.Struct:
    message = record.message
    assert message is not None
    changes: dict[str, Any] = {"version": version}
    lines = getattr(message, "lines", None)
    if lines:
        changes["lines"] = tuple(
            msgspec.structs.replace(line, line=numbers[theirs.id])
            for line, theirs in zip(lines, record.lines, strict=True)
        )
    message = msgspec.structs.replace(message, **changes)
    if type(message) is ShipmentRequested and version > 1:
        return ShipmentChanged(**msgspec.structs.asdict(message))
    return message


def _digest(record: Record, numbers: dict[str, int]) -> str:
    if record.message is None:
        return ""
    message = _with_numbers(record, numbers, 1)
    said = type(message).__name__.encode() + _encoder.encode(message)
    return hashlib.blake2b(said, digest_size=16).hexdigest()
