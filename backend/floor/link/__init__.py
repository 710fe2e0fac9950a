"""The link to the ERP: messages in, messages out, and what a person does about those that do not get through."""

from backend.floor.link.commands import COMMANDS
from backend.floor.link.courier import Courier
from backend.floor.link.handlers import HANDLERS, Handler, Handlers
from backend.floor.link.inbox import InboxReader
from backend.floor.link.relay import Relay

__all__ = ["COMMANDS", "HANDLERS", "Courier", "Handler", "Handlers", "InboxReader", "Relay"]
