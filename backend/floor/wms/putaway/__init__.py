"""Putaway: where a load should go, room kept while a person walks there, and the booking of where it went."""

from backend.floor.wms.putaway.undo import drop_holds

__all__ = ["drop_holds"]
