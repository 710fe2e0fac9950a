"""Tasks (released → claimed by a lease → done), exceptions, and what one person can do now."""

from backend.floor.work import tasks
from backend.floor.work.exceptions import Found, is_raised, outlived, raise_exception
from backend.floor.work.tables import FloorException, Task

__all__ = ["FloorException", "Found", "Task", "is_raised", "outlived", "raise_exception", "tasks"]
