"""The one answer of every GS1 parse, whatever the data came in: element string, brackets, Digital Link or a bare key."""

from __future__ import annotations

import datetime as dt  # noqa: TC003  (msgspec resolves annotations when it runs)
from decimal import Decimal  # noqa: TC003
from typing import Literal

import msgspec

Form = Literal["element string", "bracketed", "digital link", "key"]


class Element(msgspec.Struct, frozen=True, omit_defaults=True):
    """One application identifier with its value as carried; `date` and `decimal` when the AI means one."""

    ai: str
    value: str
    title: str = ""
    date: dt.date | None = None
    decimal: Decimal | None = None


class Message(msgspec.Struct, frozen=True, omit_defaults=True):
    """The elements of one code, the rules they break, and what they need beside them.

    A message with `errors` must not be believed. `missing` may be met by another code of the same label (a lot in one
    code, its GTIN in the next): join the label's messages to find out.
    """

    elements: tuple[Element, ...]
    form: Form
    errors: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Nothing is wrong, though something may be missing."""
        return not self.errors and bool(self.elements)

    @property
    def valid(self) -> bool:
        """Every rule is kept by this code alone."""
        return self.sound and not self.missing

    def element(self, ai: str) -> Element | None:
        return next((element for element in self.elements if element.ai == ai), None)

    def get(self, ai: str) -> str | None:
        """The value of an application identifier, None when it is not there."""
        found = self.element(ai)
        return found.value if found else None

    @property
    def gtin(self) -> str | None:
        return self.get("01")

    @property
    def content_gtin(self) -> str | None:
        return self.get("02")

    @property
    def sscc(self) -> str | None:
        return self.get("00")

    @property
    def lot(self) -> str | None:
        return self.get("10")

    @property
    def serial(self) -> str | None:
        return self.get("21")

    @property
    def expiry(self) -> dt.date | None:
        """Use-by date (17), else best-before (15)."""
        found = self.element("17") or self.element("15")
        return found.date if found else None

    @property
    def count(self) -> int | None:
        """How many: of contained items (37), else a variable count (30)."""
        value = self.get("37") or self.get("30")
        return int(value) if value and value.isdigit() else None
