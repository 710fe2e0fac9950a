"""Counts: asked for by shorts and zero checks, posted blind, settled in the ledger."""

from backend.floor.wms.counting.commands import cancel_count, open_count
from backend.floor.wms.counting.tables import CountTask

__all__ = ["CountTask", "cancel_count", "open_count"]
