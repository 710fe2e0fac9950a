"""The token in a supplier's link: which link, until when, and a signature, so that an altered one is refused without a look at the books.

48 characters of base64url: 16 bytes of the link's id, 4 of its last second (Unix time), 16 of HMAC-SHA256 over both. It can be
made again from the link's row and the installation's secret, so it lies nowhere at rest, not even hashed.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec

_LENGTH: Final = 48
_BODY: Final = 20
_PURPOSE: Final = b"gemba supplier link v1"


class Read(msgspec.Struct, frozen=True):
    """What a token says, its signature checked."""

    link: UUID
    expires_at: datetime


def make(secret: str, link: UUID, expires_at: datetime) -> str:
    """The token of a link."""
    body = link.bytes + int(expires_at.timestamp()).to_bytes(4, "big")
    return base64.urlsafe_b64encode(body + _signature(secret, body)).decode()


def read(secret: str, token: str) -> Read | None:
    """What a token says, or None for one we never made."""
    if len(token) != _LENGTH or not token.isascii():
        return None
    try:
        whole = base64.b64decode(token, altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    body, signature = whole[:_BODY], whole[_BODY:]
    if not hmac.compare_digest(signature, _signature(secret, body)):
        return None
    expires = datetime.fromtimestamp(int.from_bytes(body[16:], "big"), UTC)
    return Read(UUID(bytes=body[:16]), expires)


def _signature(secret: str, body: bytes) -> bytes:
    key = hmac.digest(secret.encode(), _PURPOSE, hashlib.sha256)
    return hmac.digest(key, body, hashlib.sha256)[:16]
