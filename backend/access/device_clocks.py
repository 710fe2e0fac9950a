"""How far each device's clock is off, noted for the supervisor; nothing is ever refused for it."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import update

from backend.access.tables import Device
from backend.kernel.commands import Who
from backend.kernel.db import Database

if TYPE_CHECKING:
    from uuid import UUID

_EVERY: Final = timedelta(minutes=1)
_MOST: Final = 2**31 - 1


class DeviceClocks:
    """Notes when a device was seen and its skew, at most once a minute and process, so that a batch does not pay for it."""

    def __init__(self) -> None:
        self._noted: dict[UUID, datetime] = {}

    async def note(self, db: Database, who: Who, received: datetime, sent: datetime | None) -> None:
        """Keeps the device's skew in milliseconds (positive: its clock is fast; the journey of the message is in it)."""
        device = who.device_id
        if (
            device is None
            or received - self._noted.get(device, datetime.min.replace(tzinfo=received.tzinfo)) < _EVERY
        ):
            return
        skew = _milliseconds(sent - received) if sent is not None and sent.tzinfo is not None else None
        async with db.hot() as connection:
            await connection.execute(
                update(Device).where(Device.id == device).values(seen_at=received, clock_skew_ms=skew)
            )
        self._noted[device] = received


def _milliseconds(skew: timedelta) -> int:
    return max(-_MOST, min(_MOST, int(skew.total_seconds() * 1000)))
