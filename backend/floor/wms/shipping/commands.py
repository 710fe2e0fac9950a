"""Shipping's commands by name."""

from backend.floor.wms.shipping.ship import COMMANDS

__all__ = ["COMMANDS"]
