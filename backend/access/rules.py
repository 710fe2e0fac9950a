"""Decisions about signing in, without any I/O."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from backend.access.roles import ADMIN, SUPERVISOR

FREE_TRIES: Final = 5
_FIRST_DELAY: Final = 30
_LONGEST_DELAY: Final = 15 * 60

SHIFT: Final = timedelta(hours=16)
IDLE: Final = timedelta(hours=12)
IDLE_LOCK: Final = timedelta(minutes=10)
# A scanner that lost the answer to its refresh sends the old token again; this long that is no theft.
LOST_ANSWER: Final = timedelta(seconds=30)


def delay_after(failures: int) -> timedelta:
    """How long to wait after so many wrong PINs in a row: nothing for four, 30 s after the fifth, doubling, at most 15 minutes."""
    if failures < FREE_TRIES:
        return timedelta(0)
    return timedelta(seconds=min(_FIRST_DELAY * 2 ** min(failures - FREE_TRIES, 10), _LONGEST_DELAY))


class Refresh(Enum):
    """What to make of a refresh token that comes back."""

    ROTATE = "rotate"
    FORGIVE = "forgive"
    REUSED = "reused"
    OVER = "over"


def judge_refresh(
    now: datetime,
    *,
    token_used_at: datetime | None,
    later_used: bool,
    used_at: datetime,
    expires_at: datetime,
    ended: bool,
) -> Refresh:
    """Judges a token of a family that was last `used_at` and ends at `expires_at`.

    A token is good once. It is forgiven a second time within `LOST_ANSWER`, as long as nobody used one that followed it;
    otherwise two parties hold it, and the whole family must end.
    """
    if ended or now >= expires_at or now - used_at >= IDLE:
        return Refresh.OVER
    if token_used_at is None:
        return Refresh.ROTATE
    return Refresh.FORGIVE if not later_used and now - token_used_at <= LOST_ANSWER else Refresh.REUSED


def may_change(actor: Collection[str], present: Collection[str], wanted: Collection[str]) -> bool:
    """Whether someone in the roles `actor` may make a person in the roles `present` one in the roles `wanted`.

    A supervisor looks after the people of the floor; supervisors and admins are made and changed by an admin.
    """
    return ADMIN in actor or {ADMIN, SUPERVISOR}.isdisjoint({*present, *wanted})


def same_origin(origin: str | None, host: str | None, public_url: str) -> bool:
    """Whether a request that relies on a cookie comes from a page of our own (browsers send `Origin` with every POST)."""
    if not origin or "://" not in origin:
        return False
    return origin.rstrip("/") == public_url.rstrip("/") or (bool(host) and origin.split("://", 1)[1] == host)
