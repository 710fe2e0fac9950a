"""The envelope of every message: CloudEvents 1.0 in structured JSON mode, with the Sequence extension.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
"""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

CONTENT_TYPE = "application/cloudevents+json"
SEQUENCE_DIGITS = 20

Word = Annotated[str, Meta(min_length=1, max_length=255)]


class Envelope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """One message. `source` and `id` together name it for ever; sent again, both stay the same.

    Attributes:
        id: unique within the source.
        source: who says it, as a URI reference: `https://gemba.example/floor`.
        type: what it says, with the schema's major version: `gemba.shipment.requested.v1`.
        subject: the document it is about: `shipment/SO-1001`.
        time: when it became true, in UTC.
        sequence: digits; of two messages about one document the one with the higher sequence is later. Zero-padded
            (`SEQUENCE_DIGITS`) so that it also sorts as text, as the Sequence extension asks.
        dataschema: the exact schema of `data`, as a URI: `urn:gemba:contract:gemba.shipment.requested.v1`.
        data: the message itself, in camelCase; decimals are strings, times RFC 3339 with an offset.
    """

    specversion: Literal["1.0"]
    id: Word
    source: Word
    type: Word
    subject: Word
    time: datetime | None = None
    sequence: Annotated[str, Meta(pattern="^[0-9]{1,20}$")] | None = None
    dataschema: Annotated[str, Meta(max_length=255)] | None = None
    datacontenttype: Literal["application/json"] = "application/json"
    data: dict[str, Any]
