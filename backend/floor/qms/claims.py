"""What a supplier is held to account for: by code for its system, in words of its language for its people."""

from decimal import Decimal
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from backend.contract.quality import ClaimRaised, Defect
from backend.floor.qms.readings import Frozen
from backend.floor.qms.rules import DEFECT, Allocation, Characteristic, Tally
from backend.floor.qms.schemas import DecideLot
from backend.kernel import outbox
from backend.kernel.commands import Command

ZERO: Final = Decimal(0)
CLAIMED: Final[tuple[Allocation, ...]] = ("return", "scrap", "rework", "sort")
FALLBACK: Final = "en"


def defects(plan: Frozen, told: Tally) -> list[Characteristic]:
    """The features that did not conform, in the plan's order."""
    bad = {feature for (feature, _), cell in told.cells.items() if not cell.conforms}
    return [one for one in plan.characteristics if one.number in bad]


def in_words(plan: Frozen, told: Tally, language: str, note: str) -> str:
    """The features' names in a language that they all have, and the inspector's words as they are."""
    names = ", ".join(one.name.get(language, str(one.number)) for one in defects(plan, told))
    return " · ".join(part for part in (names, note) if part)


def spoken(wanted: str, found: list[Characteristic]) -> str:
    """The partner's language when every feature has a name in it, else English."""
    short = wanted.partition("-")[0].lower()
    return short if found and all(short in one.name for one in found) else FALLBACK


async def tell(
    connection: AsyncConnection,
    command: Command[DecideLot],
    lot: Any,
    goods: Any,
    plan: Frozen,
    told: Tally,
    report: Any,
) -> None:
    """Sends the claim of a decided lot to the ERP."""
    found = defects(plan, told)
    language = spoken(goods.language or "", found)
    message = ClaimRaised(
        ncr=report.number,
        supplier=lot.supplier,
        sku=goods.sku,
        unit=lot.unit,
        quantity=sum((command.payload.allocated.get(kind, ZERO) for kind in CLAIMED), start=ZERO),
        reason=in_words(plan, told, language, command.payload.note),
        at=command.captured_at,
        lot=goods.lot_code,
        purchase_order=lot.purchase_order,
        line=lot.po_line,
        language=language,
        plan=f"{lot.snapshot['code']} v{lot.snapshot['version']}",
        defects=tuple(Defect(feature=one.number, code=DEFECT[one.kind], name=one.name) for one in found),
    )
    await outbox.send(connection, message_type=ClaimRaised.TYPE, document=f"item/{goods.sku}", data=message)
