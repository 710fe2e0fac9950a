"""Shipment requests as the demo's ERP asks for them: contract messages, the same at every run but for the hour."""

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol, TypeVar

import msgspec

from backend.contract.shipments import RequestedLine, ShipmentRequested
from backend.demo.assortment import Article
from backend.demo.company import Company, Velocity

FIRST_VERSION = 1
_CHANGED = 10  # every so many-th request comes after its own next version
_REPEATED = 7  # every so many-th request comes twice
MINUTES = 15  # due times fall on quarters of an hour


def requests(
    company: Company, articles: Sequence[Article], count: int, now: datetime
) -> Iterator[ShipmentRequested]:
    """`count` requests; a longer row begins with the shorter one. Each is drawn by its own number alone."""
    by_velocity = _by_velocity(articles)
    for place in range(count):
        number = company.orders.first_number + place
        yield _request(company, by_velocity, number, now)


def unruly(requests: Sequence[ShipmentRequested]) -> Iterator[ShipmentRequested]:
    """The same requests as a real ERP's link may bring them: shuffled, some twice, some with an older version coming late.

    The floor must make the same of it as of `requests`: a repeat is passed over, and so is a version older than the one it has.
    """
    draw = random.Random(len(requests))
    shuffled = list(requests)
    draw.shuffle(shuffled)
    for place, request in enumerate(shuffled):
        if place % _CHANGED == 0:
            yield msgspec.structs.replace(request, version=request.version + 1)
        yield request
        if place % _REPEATED == 0:
            yield request


def _by_velocity(articles: Sequence[Article]) -> dict[Velocity, list[Article]]:
    found: dict[Velocity, list[Article]] = {"A": [], "B": [], "C": []}
    for article in articles:
        found[article.master.velocity].append(article)
    return found


def _request(
    company: Company, articles: Mapping[Velocity, Sequence[Article]], number: int, now: datetime
) -> ShipmentRequested:
    pattern = company.orders
    draw = random.Random(f"{pattern.seed}:{number}")
    customer = _one(draw, company.partners.customers)
    due = _one(draw, pattern.due)
    rush = draw.random() * 100 < pattern.rush.share
    return ShipmentRequested(
        number=pattern.number.format(number=number),
        version=FIRST_VERSION,
        customer=customer.number,
        due_at=_quarter(now + timedelta(hours=draw.uniform(*due.hours))),
        priority=pattern.rush.priority if rush else due.priority,
        carrier=draw.choice(pattern.carriers[customer.country]),
        site=company.site.code,
        lines=tuple(_lines(company, articles, draw)),
    )


def _lines(
    company: Company, articles: Mapping[Velocity, Sequence[Article]], draw: random.Random
) -> Iterator[RequestedLine]:
    pattern = company.orders
    chosen: set[str] = set()
    for _ in range(draw.randint(*_one(draw, pattern.lines).count)):
        velocity = draw.choices(list(pattern.velocity_share), list(pattern.velocity_share.values()))[0]
        article = draw.choice(articles[velocity])
        if article.master.sku in chosen:
            continue
        chosen.add(article.master.sku)
        boxed = article.family.boxed > 0 and draw.random() * 100 < pattern.whole_box_share
        pieces = 1 if article.master.tracking == "serial" else draw.randint(*pattern.pieces[velocity])
        yield RequestedLine(
            line=len(chosen),
            sku=article.master.sku,
            quantity=Decimal(1 if boxed else pieces),
            unit="box" if boxed else article.master.unit,
        )


class _Weighted(Protocol):
    @property
    def share(self) -> int: ...


W = TypeVar("W", bound=_Weighted)


def _one(draw: random.Random, among: Sequence[W]) -> W:
    return draw.choices(among, [choice.share for choice in among])[0]


def _quarter(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // MINUTES * MINUTES, second=0, microsecond=0)
