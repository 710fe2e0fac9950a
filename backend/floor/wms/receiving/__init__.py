"""Receiving: what arrives is booked against what was to come, or as a find; every difference is a document."""

from backend.floor.wms.receiving.tables import Receipt, ReceiptDiscrepancy

__all__ = ["Receipt", "ReceiptDiscrepancy"]
