"""From bytes to an envelope and back."""

import re
from typing import Any

import msgspec

from backend.contract.envelope import SEQUENCE_DIGITS, Envelope
from backend.kernel import clock
from backend.kernel.edge import UNREADABLE, unread
from backend.kernel.problems import BadRequest

MAX_BYTES = 256 * 1024
MAX_SEQUENCE = 2**63 - 1
SCHEMA = "urn:gemba:contract:"

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_encoder = msgspec.json.Encoder(decimal_format="string")


class BadMessage(BadRequest):
    """Not a CloudEvents message in JSON; sending it again will not help."""

    type = "bad-message"
    title = "The message cannot be read"


class Received(msgspec.Struct, frozen=True):
    """A message as it came in: its envelope, and the whole of it with whatever extensions it carries."""

    envelope: Envelope
    whole: dict[str, Any]
    sequence: int | None


def decode(body: bytes) -> Received:
    """Reads one structured-mode CloudEvents message.

    Raises:
        BadMessage: not JSON, not an object, an attribute missing or of the wrong type, or something PostgreSQL's
            jsonb cannot keep (a NUL character, a number out of every range). The detail says which.
    """
    if _NUL.search(body):
        raise BadMessage("A text in it has a NUL character (\\u0000).")
    try:
        whole = msgspec.json.decode(body, type=dict[str, Any])
        _encoder.encode(whole)  # what cannot be written again cannot be kept
        envelope = msgspec.convert(whole, Envelope)
    except (*UNREADABLE, OverflowError) as error:
        raise BadMessage(_reason(error)) from error
    sequence = int(envelope.sequence) if envelope.sequence else None
    if sequence is not None and sequence > MAX_SEQUENCE:
        raise BadMessage("Its sequence is beyond 64 bits.")
    return Received(envelope, whole, sequence)


def _reason(error: Exception) -> str:
    text = unread(error)
    return text if text.endswith(".") else f"{text}."


def encode(row: Any, source: str) -> bytes:
    """The message that an outbox row becomes. The same row gives the same bytes at every try.

    `row` has the columns seq, id, type, document, data and created_at of `Outbox`.
    """
    return _encoder.encode(
        Envelope(
            specversion="1.0",
            id=str(row.id),
            source=source,
            type=row.type,
            subject=row.document,
            time=row.created_at,
            sequence=str(row.seq).zfill(SEQUENCE_DIGITS),
            dataschema=SCHEMA + row.type,
            data=row.data,
        )
    )


def compose(message: msgspec.Struct, *, message_id: str, source: str, subject: str, sequence: int) -> bytes:
    """A message of the contract in its envelope, for senders that keep no outbox: the demo's ERP and tests."""
    message_type: str = type(message).TYPE  # type: ignore[attr-defined]  # every message of the contract has one
    return _encoder.encode(
        Envelope(
            specversion="1.0",
            id=message_id,
            source=source,
            type=message_type,
            subject=subject,
            time=clock.now(),
            sequence=str(sequence).zfill(SEQUENCE_DIGITS),
            dataschema=SCHEMA + message_type,
            data=msgspec.to_builtins(message, str_keys=True),
        )
    )
