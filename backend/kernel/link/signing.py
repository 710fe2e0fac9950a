"""Signatures on messages, as Standard Webhooks 1.0.0 has them: HMAC-SHA256 over `id.timestamp.body`.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md

Several secrets may be in force at once, so that one can be changed without losing a message: we sign with each of them, and
take a message that is signed with any of them.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from backend.kernel.problems import Problem

TOLERANCE = timedelta(minutes=5)
MIN_KEY_BYTES = 24  # the standard's least
_PREFIX = "whsec_"


class BadSignature(Problem):
    """Not from anyone who holds one of our secrets, or altered on the way."""

    status = 401
    type = "bad-signature"
    title = "The signature does not fit the message"


class StaleTimestamp(Problem):
    """Signed too long ago or in the future: a message played back, or a clock that is off."""

    status = 401
    type = "stale-timestamp"
    title = "The message was signed more than five minutes from our time"


@lru_cache(maxsize=16)
def keys(secrets: str) -> tuple[bytes, ...]:
    """The keys in force, out of a setting that names one or several secrets separated by blanks, newest first.

    A secret is either the standard's `whsec_` and base64, or any text, taken as its UTF-8 bytes.

    Raises:
        ValueError: there is none, or one is shorter than 24 bytes or broken.
    """
    found = tuple(_key(secret) for secret in secrets.split())
    if not found:
        raise ValueError("the link has no secret")
    return found


def _key(secret: str) -> bytes:
    try:
        key = (
            base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
            if secret.startswith(_PREFIX)
            else secret.encode()
        )
    except binascii.Error as error:
        raise ValueError("a link secret that starts with whsec_ must go on in base64") from error
    if len(key) < MIN_KEY_BYTES:
        raise ValueError(f"a link secret must have at least {MIN_KEY_BYTES} bytes")
    return key


def sign(in_force: tuple[bytes, ...], message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """The three headers that go with a body. The id stays the same over retries; the time is that of this try."""
    timestamp = str(int(at.timestamp()))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(f"v1,{_digest(key, message_id, timestamp, body)}" for key in in_force),
    }


def verify(in_force: tuple[bytes, ...], headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Passes a message that someone with one of our secrets signed, just now.

    Raises:
        BadSignature: a header is missing or broken, or no signature fits.
        StaleTimestamp: signed over five minutes before or after `now`.
    """
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    given = [part[3:] for part in headers.get("webhook-signature", "").split(" ") if part.startswith("v1,")]
    if (
        not message_id
        or not given
        or not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12)
    ):
        raise BadSignature(
            "The headers webhook-id, webhook-timestamp and webhook-signature (v1) must come with it."
        )
    wanted = [_digest(key, message_id, timestamp, body).encode() for key in in_force]
    if not any(hmac.compare_digest(one, want) for one in map(_ascii, given) for want in wanted):
        raise BadSignature
    signed_at = datetime.fromtimestamp(int(timestamp), UTC) if int(timestamp) < 1 << 35 else None
    if signed_at is None or abs(now - signed_at) > TOLERANCE:
        raise StaleTimestamp(ours=now.isoformat(), theirs=timestamp)


def _ascii(text: str) -> bytes:
    return text.encode("ascii", "replace")


def _digest(key: bytes, message_id: str, timestamp: str, body: bytes) -> str:
    content = f"{message_id}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()
