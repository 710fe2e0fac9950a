"""Counts: asked for by shorts and zero checks, posted blind, settled in the ledger."""

from backend.floor.wms.counting.opening import cancel_count, open_count
from backend.floor.wms.counting.tables import CountLook, CountTask

__all__ = ["CountLook", "CountTask", "cancel_count", "open_count"]
