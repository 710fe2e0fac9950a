"""Writes masters, and hands out document numbers."""

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.masters import PartnerChanged
from backend.core.masters.problems import PartnerIsAnother
from backend.core.masters.queries import told_partner
from backend.core.masters.schemas import PartnerFacts, SavePartner
from backend.core.masters.tables import NumberSeries, Partner
from backend.kernel import outbox
from backend.kernel.commands import Command, Registry, transactional
from backend.kernel.db import CoreBase

FIRST = 1


async def save_partner(connection: AsyncConnection, command: Command[SavePartner]) -> PartnerFacts:
    """Writes a new or changed customer or supplier and tells the floor, in one message of the whole master.

    Raises:
        PartnerIsAnother: the number is taken by one of the other kind.
    """
    values = msgspec.structs.asdict(command.payload)
    if command.payload.tolerance is None:
        del values["tolerance"]
    else:
        values["tolerance"] = msgspec.to_builtins(command.payload.tolerance)
    row = pg_insert(Partner).values(**values)
    written = await connection.execute(
        row.on_conflict_do_update(
            index_elements=[Partner.number],
            set_=values | {"version": Partner.version + 1},
            where=Partner.kind == command.payload.kind,
        ).returning(*Partner.__table__.columns)
    )
    partner = written.first()
    if partner is None:
        raise PartnerIsAnother(number=command.payload.number)
    await tell(connection, partner)
    return told_partner(partner)


async def tell(connection: AsyncConnection, partner: Any) -> None:
    """Tells the floor a partner's whole master."""
    message = PartnerChanged(
        number=partner.number,
        version=partner.version,
        kind=partner.kind,
        name=partner.name,
        email=partner.email,
        language=partner.language,
        street=partner.street,
        postal_code=partner.postal_code,
        city=partner.city,
        country=partner.country,
    )
    document = f"partner/{partner.number}"
    await outbox.send(connection, message_type=message.TYPE, document=document, data=message)


async def next_number(connection: AsyncConnection, kind: str) -> str:
    """The next number of a kind of document, such as `PO-6`. Two at once wait for each other; a refused command leaves no gap."""
    statement = pg_insert(NumberSeries).values(kind=kind, next=FIRST + 1)
    statement = statement.on_conflict_do_update(
        index_elements=[NumberSeries.kind], set_={"next": NumberSeries.next + 1}
    )
    following = (await connection.execute(statement.returning(NumberSeries.next))).scalar_one()
    return f"{kind}-{following - 1}"


async def start_numbers(connection: AsyncConnection, kind: str, first: int) -> None:
    """Numbers of a kind begin no lower than `first`: what was loaded has the ones below."""
    statement = pg_insert(NumberSeries).values(kind=kind, next=first)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[NumberSeries.kind],
            set_={"next": statement.excluded.next},
            where=NumberSeries.next < statement.excluded.next,
        )
    )


async def add(connection: AsyncConnection, table: type[CoreBase], rows: Sequence[dict[str, Any]]) -> None:
    """Adds masters that are not there by their keys; those that are stay as people made them since."""
    if rows:
        await connection.execute(pg_insert(table).on_conflict_do_nothing(), rows)


COMMANDS: Registry = {"partner.save": (SavePartner, transactional(save_partner))}
