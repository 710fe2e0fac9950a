"""Work's commands by name."""

from backend.floor.work.exceptions import COMMANDS

__all__ = ["COMMANDS"]
