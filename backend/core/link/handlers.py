"""Which messages of the floor the core understands, and what it books for each.

A type that is not here is kept as `unknown` and shown, never dropped. Where goods were put away is the floor's own business.
"""

from backend.contract.production import GoodsProduced, JobReported, MaterialsConsumed
from backend.contract.purchases import (
    DispatchAdviceSubmitted,
    PurchaseOrderAgreed,
    PurchaseOrderAnswered,
    PurchaseOrderCountered,
)
from backend.contract.quality import ClaimRaised, GoodsReturned, InspectionDecided
from backend.contract.receipts import GoodsReceiptUndone, GoodsReceived, ReceiptDiscrepancy
from backend.contract.shipments import (
    LinePicked,
    LineShorted,
    PickUndone,
    ShipmentPicked,
    ShipmentShipped,
    ShortUndone,
)
from backend.contract.stock import StockAdjusted
from backend.core.erp.books import facts as books
from backend.core.erp.production import facts as production
from backend.core.erp.purchasing import answers
from backend.core.erp.purchasing import facts as purchasing
from backend.core.erp.sales import facts as sales
from backend.kernel.link import Handler, Handlers

HANDLERS: Handlers = {
    PurchaseOrderAnswered.TYPE: Handler(PurchaseOrderAnswered, answers.answered),
    PurchaseOrderAgreed.TYPE: Handler(PurchaseOrderAgreed, answers.agreed),
    PurchaseOrderCountered.TYPE: Handler(PurchaseOrderCountered, answers.countered),
    DispatchAdviceSubmitted.TYPE: Handler(DispatchAdviceSubmitted, answers.advised),
    GoodsReceived.TYPE: Handler(GoodsReceived, purchasing.goods_received),
    GoodsReceiptUndone.TYPE: Handler(GoodsReceiptUndone, purchasing.receipt_undone),
    ReceiptDiscrepancy.TYPE: Handler(ReceiptDiscrepancy, purchasing.discrepancy),
    InspectionDecided.TYPE: Handler(InspectionDecided, purchasing.inspected),
    GoodsReturned.TYPE: Handler(GoodsReturned, purchasing.returned),
    ClaimRaised.TYPE: Handler(ClaimRaised, purchasing.claimed),
    LinePicked.TYPE: Handler(LinePicked, sales.line_picked),
    PickUndone.TYPE: Handler(PickUndone, sales.line_picked),
    LineShorted.TYPE: Handler(LineShorted, sales.line_shorted),
    ShortUndone.TYPE: Handler(ShortUndone, sales.line_shorted),
    ShipmentPicked.TYPE: Handler(ShipmentPicked, sales.picked),
    ShipmentShipped.TYPE: Handler(ShipmentShipped, sales.shipped),
    JobReported.TYPE: Handler(JobReported, production.job_reported),
    MaterialsConsumed.TYPE: Handler(MaterialsConsumed, production.materials_consumed),
    GoodsProduced.TYPE: Handler(GoodsProduced, production.goods_produced),
    StockAdjusted.TYPE: Handler(StockAdjusted, books.stock_adjusted),
}
