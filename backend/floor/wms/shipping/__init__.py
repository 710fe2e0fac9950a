"""Shipment requests from the ERP, stock promised to them, and their leaving."""

from backend.floor.wms.shipping.allocation import allocate, allocate_line
from backend.floor.wms.shipping.requests import cancel_request, receive_request
from backend.floor.wms.shipping.tables import ShipmentLine, ShipmentRequest

__all__ = [
    "ShipmentLine",
    "ShipmentRequest",
    "allocate",
    "allocate_line",
    "cancel_request",
    "receive_request",
]
