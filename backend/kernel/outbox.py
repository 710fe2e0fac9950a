"""Messages leave in the transaction that made them true; the relay delivers them afterwards, at least once."""

from typing import Any

import msgspec
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.kernel.ids import new_id
from backend.kernel.tables import Outbox


async def send(
    connection: AsyncConnection, *, message_type: str, document: str, data: msgspec.Struct
) -> None:
    """Puts one message in the outbox. `document` keeps the order: messages of one document leave one after another."""
    payload: dict[str, Any] = msgspec.to_builtins(data, str_keys=True)
    await connection.execute(
        insert(Outbox).values(id=new_id(), type=message_type, document=document, data=payload)
    )
