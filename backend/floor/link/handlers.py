"""Which messages the floor understands, and what it does with each.

A type that is not here is kept as `unknown` and shown, never dropped.
"""

from backend.contract.masters import ItemReleased, PartnerChanged
from backend.contract.production import WorkOrderCancelled, WorkOrderReleased
from backend.contract.purchases import PurchaseOrderCancelled, PurchaseOrderReleased
from backend.contract.shipments import ShipmentCancelled, ShipmentChanged, ShipmentRequested
from backend.floor.catalog import release_item, release_partner
from backend.floor.mes import cancel_work_order, receive_work_order
from backend.floor.srm import cancel_order, release_order
from backend.floor.wms.shipping import cancel_request, receive_request
from backend.kernel.link import Handler, Handlers

HANDLERS: Handlers = {
    ItemReleased.TYPE: Handler(ItemReleased, release_item),
    PartnerChanged.TYPE: Handler(PartnerChanged, release_partner),
    PurchaseOrderReleased.TYPE: Handler(PurchaseOrderReleased, release_order),
    PurchaseOrderCancelled.TYPE: Handler(PurchaseOrderCancelled, cancel_order),
    WorkOrderReleased.TYPE: Handler(WorkOrderReleased, receive_work_order),
    WorkOrderCancelled.TYPE: Handler(WorkOrderCancelled, cancel_work_order),
    ShipmentRequested.TYPE: Handler(ShipmentRequested, receive_request),
    ShipmentChanged.TYPE: Handler(ShipmentChanged, receive_request),
    ShipmentCancelled.TYPE: Handler(ShipmentCancelled, cancel_request),
}
