"""Shifts by the clock on the wall. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta


def shift_at(shifts: Iterable[tuple[str, str, str]], local: datetime) -> tuple[str, datetime] | None:
    """The shift (code, starts, ends as HH:MM) that a local moment lies in, and when it ends; None between shifts."""
    for code, starts, ends in shifts:
        begin, end = _at(local, starts), _at(local, ends)
        if end <= begin:  # over midnight
            begin, end = (
                (begin, end + timedelta(days=1)) if local >= begin else (begin - timedelta(days=1), end)
            )
        if begin <= local < end:
            return code, end
    return None


def _at(day: datetime, time: str) -> datetime:
    hour, minute = time.split(":")
    return day.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
