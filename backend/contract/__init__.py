"""What the floor and the ERP say to each other: message types only, no logic. Both sides depend on this, it on nothing.

A message is a CloudEvents 1.0 envelope (`envelope.py`) round one of these Structs. The type name ends in its schema's major
version. A field may be added with a default at any time, and a reader passes over fields it does not know; anything
else is a new major version, sent beside the old one until all readers have moved.

The document (`subject`) a message is about is `<kind>/<number>`: `shipment/SO-1001`, `item/BK-100`. Messages of one document
are delivered in order; a sender still may repeat or overtake itself, so every message carries its id and its `sequence` in
the document. A repeat (same source and id) is passed over. A fact (`line_picked`) is booked whatever its sequence; only
a message that says how a whole document stands (`requested`, `changed`, `cancelled`) yields to a newer `version`.
"""
