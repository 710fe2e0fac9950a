"""The demo company's masters as rows of the core's tables: the same items and partners that the floor has, each typed once."""

import random
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from backend.core.masters.queries import SALES_LIST
from backend.demo.assortment import Article
from backend.demo.books import Ledger, Pattern
from backend.demo.company import Company
from backend.kernel import clock

Row = dict[str, Any]
UNITS = {"pc": "piece", "m": "metre"}
CENT = Decimal("0.01")


def units(articles: Sequence[Article]) -> list[Row]:
    """The units that items are counted in."""
    return [
        {"code": code, "name": UNITS.get(code, code)}
        for code in sorted({one.master.unit for one in articles})
    ]


def items(company: Company, articles: Sequence[Article], ledger: Ledger, plans: dict[str, str]) -> list[Row]:
    """Every item; `plans` has the inspection plan of those that are inspected."""
    made = {sku for pattern in ledger.boms.patterns for sku in pattern.items}
    supplier = {group: one.number for one in company.partners.suppliers for group in one.groups}
    return [
        {
            "sku": one.master.sku,
            "name": one.master.name,
            "unit": one.master.unit,
            "version": one.master.version,
            "whole": one.master.whole,
            "tracking": one.master.tracking,
            "shelf_life_days": one.family.shelf_life_days or None,
            "inspection_plan": plans.get(one.master.sku),
            "weight_g": one.master.weight_g,
            "volume_ml": one.master.volume_ml,
            "group": one.master.group,
            "velocity": one.master.velocity,
            "packagings": [
                {"kind": pack.kind, "quantity": pack.quantity, "gtin": pack.gtin}
                for pack in one.master.packagings
            ],
            "procurement": "make" if one.master.sku in made else "buy",
            "valuation": "standard" if one.family.sku in ledger.boms.standard else "average",
            "supplier": None if one.master.sku in made else supplier.get(one.master.group),
            "lead_days": ledger.prices.lead_days.get(one.master.group, 0),
        }
        for one in articles
    ]


def revisions(articles: Sequence[Article], ledger: Ledger) -> list[Row]:
    """Every item's first revision, released."""
    now = clock.now()
    return [
        {
            "sku": one.master.sku,
            "revision": ledger.boms.first_revision,
            "state": "released",
            "effective_from": now.date(),
            "released_at": now,
        }
        for one in articles
    ]


def partners(company: Company, ledger: Ledger) -> list[Row]:
    """Customers and suppliers on their terms."""
    terms = ledger.terms
    common: Row = {"email": "", "credit_limit": None, "tolerance": {}}
    customers = [
        common
        | {
            "number": who.number,
            "kind": "customer",
            "name": who.name,
            "city": who.city,
            "country": who.country,
            "language": terms.languages.get(who.country, "en"),
            "credit_limit": terms.credit_limits.get(who.number, terms.customers.credit_limit),
            "payment_days": terms.customers.payment_days,
        }
        for who in company.partners.customers
    ]
    suppliers = [
        common
        | {
            "number": who.number,
            "kind": "supplier",
            "name": who.name,
            "city": who.city,
            "country": who.country,
            "language": terms.languages.get(who.country, "en"),
            "email": terms.suppliers.email.format(number=who.number.lower()),
            "payment_days": terms.suppliers.payment_days,
            "tolerance": _camel(terms.suppliers.tolerance),
        }
        for who in company.partners.suppliers
    ]
    return [*customers, *suppliers]


def _camel(tolerance: dict[str, Any]) -> dict[str, Any]:
    names = {"days_early": "daysEarly", "days_late": "daysLate", "over_percent": "overPercent"}
    return {names[name]: value for name, value in tolerance.items()}


def cost_of(article: Article, ledger: Ledger) -> Decimal | None:
    """What a bought item costs, drawn by its own SKU; None for one that is made."""
    span = ledger.prices.bought.get(article.family.sku)
    if span is None:
        return None
    low, high = (int(100 * bound) for bound in span)
    return Decimal(random.Random(article.master.sku).randint(low, high)) / 100


def prices(
    company: Company, articles: Sequence[Article], ledger: Ledger, made: dict[str, Decimal]
) -> Iterator[Row]:
    """The suppliers' lists and the sales list, with the price from a quantity on; `made` has the costs of what is made."""
    supplier = {group: one.number for one in company.partners.suppliers for group in one.groups}
    for one in articles:
        sku, bought = one.master.sku, cost_of(one, ledger)
        cost = bought if bought is not None else made[sku]
        seller = supplier.get(one.master.group)
        if bought is not None and seller is not None:
            yield {"list": seller, "sku": sku, "from_quantity": Decimal("0.0001"), "price": cost}
        price = (cost * (100 + ledger.prices.markup[one.master.group]) / 100).quantize(CENT)
        less = (price * (100 - ledger.prices.break_percent) / 100).quantize(CENT)
        yield {"list": SALES_LIST, "sku": sku, "from_quantity": Decimal("0.0001"), "price": price}
        yield {"list": SALES_LIST, "sku": sku, "from_quantity": ledger.prices.break_at, "price": less}


def boms(ledger: Ledger) -> tuple[list[Row], list[Row], list[Row]]:
    """BOMs, their operations and their materials: one BOM for each item of a pattern."""
    headers: list[Row] = []
    operations: list[Row] = []
    materials: list[Row] = []
    for pattern in ledger.boms.patterns:
        for sku in pattern.items:
            key = {"sku": sku, "bom_revision": ledger.boms.bom_revision}
            headers.append(
                key
                | {
                    "item_revision": ledger.boms.first_revision,
                    "state": "released",
                    "effective_from": clock.now().date(),
                }
            )
            operations += [key | row for row in _operations(pattern)]
            materials += [key | row for row in _materials(pattern, sku.rsplit("-", 1)[-1])]
    return headers, operations, materials


def _operations(pattern: Pattern) -> list[Row]:
    return [
        {
            "operation": step.operation,
            "work_centre": step.work_centre,
            "name": step.name,
            "setup_minutes": step.setup,
            "run_minutes_each": step.run,
            "skill": step.skill,
            "instructions": step.instructions,
        }
        for step in pattern.operations
    ]


def _materials(pattern: Pattern, number: str) -> list[Row]:
    return [
        {
            "line": 10 * place,
            "component": part.sku.format(number=number),
            "quantity_each": part.each,
            "operation": part.operation,
            "consumption": part.consumption,
        }
        for place, part in enumerate(pattern.materials, start=1)
    ]
