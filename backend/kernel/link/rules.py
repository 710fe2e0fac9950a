"""What the link decides: when to try again, when to give up, and what a receiver's answer means."""

import enum
import random
from datetime import timedelta

FIRST_WAIT = 1.0
LONGEST_WAIT = 3600.0
LONGEST_PAUSE = 15.0
MAX_TRIES = 36  # 12 doublings up to an hour, then hourly: about a day
REFUSED_TRIES = (
    8  # a refusal by the floor's own rules: some minutes for the item or partner it names to come in
)


class Verdict(enum.Enum):
    """What became of one try to deliver."""

    SENT = "sent"
    AGAIN = "again"  # this message failed; others may well go on
    REFUSED = "refused"  # the receiver will never take it; a person must look
    AWAY = "away"  # the receiver takes nothing now; no message's own fault


_REFUSED = {400, 409, 413, 415, 422}
_AWAY = {401, 403, 404, 405, 407, 408, 410, 421, 425, 429, 502, 503, 504}


def verdict(status: int | None) -> Verdict:
    """What an HTTP status means for the message; None is no answer at all.

    401, 403, 404 and 410 say that the address or the secret is wrong, which no message is to blame for: all wait, none dies.
    """
    if status is None or status in _AWAY:
        return Verdict.AWAY
    if 200 <= status < 300:
        return Verdict.SENT
    return Verdict.REFUSED if status in _REFUSED else Verdict.AGAIN


def wait(tries: int, *, longest: float = LONGEST_WAIT) -> timedelta:
    """How long to wait after the given number of failed tries: doubling from a second, ± 25 % so that crowds disperse."""
    seconds = min(longest, FIRST_WAIT * 2.0 ** min(max(tries - 1, 0), 30))
    return timedelta(seconds=seconds * random.uniform(0.75, 1.25))
