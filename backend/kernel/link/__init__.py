"""The link's two ends, the same in every service: messages kept and read, messages signed and delivered, and what people see.

A service brings its handlers and routes; the tables are `kernel.tables`. Both ends keep the order of a document.
"""

from backend.kernel.link.courier import Answer, Carrier, Courier
from backend.kernel.link.handling import Apply, Handler, Handlers
from backend.kernel.link.inbox import InboxReader, keep
from backend.kernel.link.relay import Relay

__all__ = ["Answer", "Apply", "Carrier", "Courier", "Handler", "Handlers", "InboxReader", "Relay", "keep"]
