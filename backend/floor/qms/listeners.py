"""What inspection hears from its siblings, in their transactions."""

from backend.floor.qms.opening import goods_produced, goods_received, receipt_undone
from backend.floor.qms.withdrawing import production_undone
from backend.floor.stock import GoodsProduced, GoodsReceived, ProductionUndone, ReceiptUndone
from backend.kernel.local import Listeners

LISTENERS: Listeners = {
    GoodsReceived: (goods_received,),
    GoodsProduced: (goods_produced,),
    ReceiptUndone: (receipt_undone,),
    ProductionUndone: (production_undone,),
}
