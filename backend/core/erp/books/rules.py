"""What a fact means for the books: values in, postings out. Amounts are rounded to the cent where they are made, half to even.

Stock is valued by item: by moving average, or at a standard cost with every difference from it posted as price difference. Stock
below zero (a fact that came before the receipt it needs) is valued at the last known cost; the receipt that fills it up
settles the difference. Nothing here reckons with tax: all amounts are net.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

CURRENCY: Final = "EUR"
CENT: Final = Decimal("0.01")
ZERO: Final = Decimal(0)

STOCK, WIP, GRNI, PAYABLE, RECEIVABLE, SALES, COGS = (
    "stock",
    "wip",
    "grni",
    "payable",
    "receivable",
    "sales",
    "cogs",
)
PRICE_DIFFERENCE, SCRAP, VARIANCE, ADJUSTMENT = "price_difference", "scrap", "variance", "adjustment"
LABOUR, OPENING, BANK = "labour_applied", "opening", "bank"
ROLES: Final = (
    STOCK, WIP, GRNI, PAYABLE, RECEIVABLE, SALES, COGS, PRICE_DIFFERENCE, SCRAP, VARIANCE, ADJUSTMENT, LABOUR, OPENING, BANK,
)  # fmt: skip


def cents(amount: Decimal) -> Decimal:
    """The amount to the cent."""
    return amount.quantize(CENT)


@dataclass(frozen=True)
class Worth:
    """What there is of an item, what it is worth, and what a unit cost when there last was any."""

    quantity: Decimal = ZERO
    value: Decimal = ZERO
    last_cost: Decimal = ZERO

    @property
    def unit_cost(self) -> Decimal:
        """What the next unit taken is valued at."""
        return self.value / self.quantity if self.quantity > 0 else self.last_cost


@dataclass(frozen=True)
class Change:
    """How an item's worth changes: `value` goes to (or, below zero, from) the stock account, `difference` is what that is short of
    what was paid.
    """

    after: Worth
    value: Decimal
    difference: Decimal = ZERO


def put_in(worth: Worth, quantity: Decimal, amount: Decimal, *, standard: Decimal | None = None) -> Change:
    """Goods come in for `amount` in all. `standard` is the item's standard cost, None where it is valued by moving average."""
    after_quantity = worth.quantity + quantity
    if standard is not None:
        after_value = cents(after_quantity * standard)
        return _change(worth, after_quantity, after_value, amount, standard)
    if worth.quantity >= 0:
        after_value = worth.value + amount
        return _change(worth, after_quantity, after_value, amount, after_value / after_quantity)
    cost = amount / quantity if after_quantity > 0 else worth.last_cost
    return _change(worth, after_quantity, cents(after_quantity * cost), amount, amount / quantity)


def take_out(
    worth: Worth, quantity: Decimal, *, amount: Decimal | None = None, standard: Decimal | None = None
) -> Change:
    """Goods leave at what they are worth; the last of them take the whole rest, so that nothing is worth nothing.

    `amount` is what the other side books for them, where it knows: what a supplier is owed less for goods sent back.
    """
    after_quantity = worth.quantity - quantity
    cost = worth.unit_cost if standard is None else standard
    if after_quantity == 0:
        after_value = ZERO
    elif standard is not None:
        after_value = cents(after_quantity * standard)
    elif after_quantity > 0:
        after_value = worth.value - cents(quantity * cost)
    else:
        after_value = cents(after_quantity * cost)
    moved = after_value - worth.value
    difference = ZERO if amount is None else -amount - moved
    return Change(Worth(after_quantity, after_value, _kept(cost)), moved, difference)


def _change(worth: Worth, quantity: Decimal, value: Decimal, amount: Decimal, cost: Decimal) -> Change:
    moved = value - worth.value
    return Change(Worth(quantity, value, _kept(cost)), moved, amount - moved)


def _kept(cost: Decimal) -> Decimal:
    return cost.quantize(Decimal("0.0001"))


@dataclass(frozen=True)
class Side:
    """One side of an entry: above zero a debit, below a credit."""

    role: str
    amount: Decimal
    sku: str | None = None
    quantity: Decimal | None = None
    partner: str | None = None


def balanced(*sides: Side) -> list[Side]:
    """The sides that say something.

    Raises:
        ValueError: they do not add up to zero; a fault in the program, never the floor's.
    """
    if sum((side.amount for side in sides), start=ZERO) != 0:
        raise ValueError(f"an entry that does not balance: {sides}")
    return [side for side in sides if side.amount != 0]


def against(change: Change, sku: str, quantity: Decimal, other: Side) -> list[Side]:
    """Stock against another account: `quantity` above zero came in. What the value is short of goes to price difference."""
    return balanced(
        Side(STOCK, change.value, sku, quantity),
        Side(PRICE_DIFFERENCE, change.difference, sku),
        replace(other, amount=-change.value - change.difference, sku=sku),
    )


def accounts_missing(roles: Mapping[str, str]) -> list[str]:
    """Which roles no account has yet."""
    return [role for role in ROLES if role not in roles]
