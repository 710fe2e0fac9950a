"""The words on labels, in the languages of the floor. What GS1 wants to stand under a symbol is the same in all of them."""

from collections.abc import Mapping
from typing import Final

import msgspec

from backend.kernel.quantity import Quantity


class Words(msgspec.Struct, frozen=True):
    """One language: what stands before a lot, an expiry date and a serial number, and the names of the floor's own terms."""

    lot: str
    expires: str
    serial: str
    terms: Mapping[str, str]

    def term(self, code: str) -> str:
        """A unit, packaging or role by its code; a code without a name is printed as it is."""
        return self.terms.get(code, code)

    def amount(self, quantity: Quantity) -> str:
        """A quantity with its unit."""
        return str(Quantity(quantity.value, self.term(quantity.unit)))


_EN: Final = Words(lot="LOT", expires="EXP", serial="SN", terms={"admin": "administrator"})
_NL: Final = Words(
    lot="LOT",
    expires="Houdbaar tot",
    serial="Serienr.",
    terms={
        "pc": "st",
        "each": "stuk",
        "box": "doos",
        "supervisor": "leidinggevende",
        "admin": "beheerder",
        "receiver": "ontvanger",
        "inspector": "keurder",
        "buyer": "inkoper",
    },
)
_ZH: Final = Words(
    lot="批号",
    expires="有效期至",
    serial="序列号",
    terms={
        "pc": "件",
        "m": "米",
        "each": "个",
        "box": "箱",
        "pallet": "托",
        "picker": "拣货员",
        "planner": "计划员",
        "supervisor": "主管",
        "admin": "管理员",
        "receiver": "收货员",
        "inspector": "检验员",
        "operator": "操作工",
        "buyer": "采购员",
    },
)
WORDS: Final[Mapping[str, Words]] = {"en": _EN, "nl": _NL, "zh": _ZH}
"""By language; the site's plan says which is spoken there."""


def spoken(plan: Mapping[str, object]) -> Words:
    """The words of a site by its plan; English where it names no language that we have."""
    return WORDS.get(str(plan.get("language", "en")), _EN)
