"""Tasks (released → claimed by a lease → done), exceptions, and what one person can do now."""

from backend.floor.work import tasks
from backend.floor.work.exceptions import Found, raise_exception

__all__ = ["Found", "raise_exception", "tasks"]
