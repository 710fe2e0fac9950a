"""The ERPs the floor can be linked to, each behind the port, and the one that the settings name."""

from backend.floor.link.erps.connect import CORE, KINDS, connect, erp_name, erp_source, stock_book

__all__ = ["CORE", "KINDS", "connect", "erp_name", "erp_source", "stock_book"]
