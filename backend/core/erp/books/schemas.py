"""The books as the office reads them. Amounts in the company's one currency."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from backend.kernel.edge import Told
from backend.kernel.paging import Page


class AccountBalance(Told):
    """One account: the sum of its debits, of its credits, and debit minus credit. `names` are translations of its name, by language."""

    code: str
    name: str
    names: dict[str, str]
    kind: str
    role: str | None
    debit: Decimal
    credit: Decimal
    balance: Decimal


class TrialBalance(Told):
    """Every account. `difference` is the sum of all balances, and always zero."""

    currency: str
    accounts: list[AccountBalance]
    debit: Decimal
    credit: Decimal
    difference: Decimal


class Posting(Told):
    """One side of an entry; the other of `debit` and `credit` is zero."""

    account: str
    account_name: str
    account_names: dict[str, str]
    debit: Decimal
    credit: Decimal
    sku: str | None
    quantity: Decimal | None
    partner: str | None


class Entry(Told):
    """One entry of the journal."""

    id: UUID
    kind: str
    document: str
    note: str
    at: datetime
    booked_at: datetime
    lines: list[Posting]


class Journal(Page):
    """Entries, the newest first."""

    items: list[Entry]


class ItemValue(Told):
    """What the stock of one item is worth. `unit_cost` is what the next piece taken is valued at."""

    sku: str
    name: str
    unit: str
    valuation: str
    quantity: Decimal
    value: Decimal
    unit_cost: Decimal


class StockValues(Page):
    """Items with stock, the most valuable first. `value` is the sum over all pages; it equals the stock account."""

    items: list[ItemValue]
    value: Decimal
