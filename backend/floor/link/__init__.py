"""The floor's end of the link to the ERP: what it does with each message, and what people do about those that do not get through."""

from backend.floor.link.commands import COMMANDS
from backend.floor.link.handlers import HANDLERS

__all__ = ["COMMANDS", "HANDLERS"]
