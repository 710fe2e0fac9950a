"""Where a page of a time line ends and the next begins."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID


class Cursor(NamedTuple):
    """The last event already told: those after it in the list are older, or as old with a smaller id."""

    at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.id}"


START = Cursor(datetime.fromisoformat("9999-01-01T00:00:00+00:00"), UUID(int=2**128 - 1))


def cursor(text: str) -> Cursor:
    """The cursor that `str` wrote; an empty text begins at the newest event.

    Raises:
        ValueError: this is no cursor.
    """
    if not text:
        return START
    at, _, event = text.rpartition("_")
    moment = datetime.fromisoformat(at)
    if moment.tzinfo is None:
        raise ValueError("a cursor's moment has a time zone")
    return Cursor(moment, UUID(event))
