"""What the answer comes to: accepted or not, when, at which margin, and every reason in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from backend.core.erp.promise.schemas import Acceptance, Credit, LinePromise, Reason
from backend.core.masters.queries import Standing
from backend.kernel.quantity import plain, tidy

ZERO: Final = Decimal(0)


@dataclass(frozen=True)
class Answer:
    """All that the verdict depends on."""

    wanted_on: date
    lines: list[LinePromise]
    credit: Credit
    known: Mapping[str, Standing]


def verdict(answer: Answer) -> Acceptance:
    """The whole answer. Revenue counts lines that have a price; cost and margin are told only if every line has both."""
    reasons = [*_of_lines(answer), *_of_credit(answer.credit)]
    revenue = answer.credit.this_order
    costs = [line.cost for line in answer.lines]
    cost = None
    if all(one is not None for one in costs):
        cost = sum(((line.cost or ZERO) * line.pieces for line in answer.lines), start=ZERO)
    margin = None if cost is None else revenue - cost
    percent = None if margin is None or revenue == 0 else (100 * margin / revenue).quantize(Decimal("0.1"))
    days = [line.date for line in answer.lines]
    return Acceptance(
        accepted=not any(reason.blocking for reason in reasons),
        date=None if None in days else max(day for day in days if day is not None),
        revenue=revenue,
        cost=None if cost is None else tidy(cost),
        margin=None if margin is None else tidy(margin),
        margin_percent=percent,
        credit=answer.credit,
        lines=answer.lines,
        reasons=reasons,
    )


def _of_lines(answer: Answer) -> Iterator[Reason]:
    for line in answer.lines:
        yield from _of_date(line, answer.wanted_on)
        yield from _of_money(line, answer.known[line.sku])


def _of_date(line: LinePromise, wanted_on: date) -> Iterator[Reason]:
    if line.revision is None:
        text = f"{line.sku} has no released revision"
        yield Reason(code="no_revision", blocking=True, line=line.line, text=text)
    if line.date is None:
        text = f"nothing known supplies {plain(line.pieces)} of {line.sku}"
        yield Reason(code="no_supply", blocking=True, line=line.line, text=text)
    elif line.date > wanted_on:
        text = f"{line.sku} can be there on {line.date.isoformat()}, wanted on {wanted_on.isoformat()}"
        yield Reason(code="late", blocking=True, line=line.line, text=text)
    if line.by_lead_time:
        text = f"{line.sku} is not on order; the date reckons with its lead time"
        yield Reason(code="by_lead_time", blocking=False, line=line.line, text=text)


def _of_money(line: LinePromise, item: Standing) -> Iterator[Reason]:
    if line.price is None:
        text = f"{line.sku} is not in the price list"
        yield Reason(code="no_price", blocking=True, line=line.line, text=text)
    if line.cost is None:
        yield Reason(code="no_cost", blocking=True, line=line.line, text=f"{line.sku} was never costed")
    elif item.cost_revision != line.revision:
        text = f"the cost of {line.sku} stands on revision {item.cost_revision}, released is {line.revision}"
        yield Reason(code="cost_on_old_revision", blocking=False, line=line.line, text=text)
    if line.margin is not None and line.margin < 0:
        text = f"{line.sku} would be sold {plain(-line.margin)} below its cost"
        yield Reason(code="no_margin", blocking=True, line=line.line, text=text)


def _of_credit(credit: Credit) -> Iterator[Reason]:
    if credit.left is not None and credit.left < 0:
        text = f"the credit limit of {plain(credit.limit or ZERO)} would be passed by {plain(-credit.left)}"
        yield Reason(code="credit", blocking=True, text=text)
