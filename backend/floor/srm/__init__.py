"""Suppliers: purchase orders confirmed on a phone, dispatch advices, and the buyer who decides what differs."""

from backend.floor.srm.door import Door
from backend.floor.srm.jobs import supplier_jobs
from backend.floor.srm.orders import cancel_order, release_order
from backend.floor.srm.portal import portal_router
from backend.floor.srm.settle import settle

__all__ = ["Door", "cancel_order", "portal_router", "release_order", "settle", "supplier_jobs"]
