"""What agrees by itself, what a state allows, and that an order's standing does not hang on the order in which it is told."""

import itertools
import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.floor.srm import letters, rules, tokens
from backend.floor.srm.rules import LINE, LINE_STATES, Ordered, Part, Replied, Reply, Tolerance
from backend.kernel import clock
from backend.kernel.ids import new_id

DAY = date(2026, 12, 10)
LINE_1 = Ordered(
    line=10,
    sku="TUB-101",
    revision="A",
    unit="pc",
    quantity=Decimal(100),
    price=Decimal("2.50"),
    wanted_on=DAY,
)
TOLERANCE = Tolerance(days_early=3, days_late=2, over_percent=Decimal(5))


def reply(*parts: tuple[str, int], rejected: str = "0", price: str | None = None, **more: object) -> Reply:
    """A reply in parts of (quantity, days after the wanted day)."""
    schedule = tuple(
        Part(
            quantity=Decimal(amount),
            promised_on=DAY + timedelta(days=off),
            price=Decimal(price) if price else None,
        )
        for amount, off in parts
    )
    return Reply(line=10, schedule=schedule, rejected=Decimal(rejected), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "differs", "verdict"),
    [
        (reply(("100", 0)), (), "agree"),
        (reply(("100", 2)), ("later",), "agree"),
        (reply(("100", 3)), ("later",), "propose"),
        (reply(("100", -3)), ("earlier",), "agree"),
        (reply(("100", -4)), ("earlier",), "propose"),
        (reply(("60", 0), ("40", 2)), ("later", "split"), "agree"),
        (reply(("60", 0), ("40", 20)), ("later", "split"), "propose"),
        (reply(("100", 0), price="2.40"), ("cheaper",), "agree"),
        (reply(("100", 0), price="2.5001"), ("dearer",), "propose"),
        (reply(("90", 0), rejected="10", reason="stock"), ("rejected",), "propose"),
        (reply(("90", 0), quantity=Decimal(90)), ("less",), "propose"),
        (reply(("101", 0), quantity=Decimal(101)), ("more",), "propose"),
    ],
)
def test_what_agrees_by_itself(said: Reply, differs: tuple[str, ...], verdict: str) -> None:
    """Dates within tolerance and lower prices agree; a higher price, another quantity or a rejection always needs the buyer."""
    assert rules.differences(LINE_1, said) == differs
    assert rules.verdict(LINE_1, said, TOLERANCE) == verdict


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (reply(), "empty"),
        (reply(("60", 0), ("30", 5)), "sum"),
        (reply(("110", 0)), "sum"),
        (reply(("99.5", 0), rejected="0.5", reason="x"), "whole"),
        (reply(("100", -60)), "past"),
        (reply(("50", 1), ("50", 1)), "same_day"),
        (reply(("90", 0), rejected="10"), "reason"),
        (reply(("10", 0), rejected="90", reason="x"), "frozen"),
    ],
)
def test_what_is_not_an_answer(said: Reply, kind: str) -> None:
    """Each way of not adding up, or of promising what cannot be, has its own name."""
    found = rules.fault(LINE_1, said, shipped=Decimal(40), whole=True, today=DAY - timedelta(days=30))
    assert found is not None
    assert found.kind == kind


def test_the_table_of_a_lines_states() -> None:
    """Every state is reached, the table names no other, shipped goods stay shipped, and only what is agreed may be shipped."""
    assert {state for state, _ in LINE} | set(LINE.values()) == set(LINE_STATES)
    reached = {"open"}
    while more := {after for (state, _), after in LINE.items() if state in reached} - reached:
        reached |= more
    assert reached == set(LINE_STATES)
    assert {event for state, event in LINE if state == "shipped"} == {"reopen"}
    assert {state for state, event in LINE if event == "ship"} == {"agreed", "shipping"}
    assert {state for state, event in LINE if event in {"accept", "counter"}} == {"waiting"}


@pytest.mark.parametrize(
    ("lines", "viewed", "state"),
    [
        (["open"], False, "sent"),
        (["open"], True, "viewed"),
        (["open", "agreed"], True, "part_answered"),
        (["open", "waiting"], True, "waiting"),
        (["agreed", "countered"], True, "countered"),
        (["agreed", "removed"], True, "agreed"),
        (["agreed", "shipped"], True, "part_shipped"),
        (["shipped", "shipped"], True, "shipped"),
        (["removed"], False, "sent"),
    ],
)
def test_an_orders_state_follows_from_its_lines(lines: list[str], viewed: bool, state: str) -> None:
    """What waits for the buyer shows before what waits for the supplier."""
    assert rules.order_state(lines, viewed=viewed) == state


_CHANGED = Ordered(
    line=10,
    sku="TUB-101",
    revision="A",
    unit="pc",
    quantity=Decimal(80),
    price=Decimal("2.50"),
    wanted_on=DAY,
)
_HISTORY = st.lists(
    st.builds(
        Replied,
        id=st.uuids().map(str),
        at=st.integers(0, 20).map(float),
        line=st.just(10),
        about=st.sampled_from([LINE_1, _CHANGED]),
        verdict=st.just("propose"),
        decision=st.sampled_from([None, "accept", "counter"]),
    )
    | st.builds(
        Replied, id=st.uuids().map(str), at=st.integers(0, 20).map(float), line=st.just(10),
        about=st.sampled_from([LINE_1, _CHANGED]), verdict=st.just("agree"),
    ),
    max_size=8,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(_HISTORY, st.randoms(use_true_random=False))
def test_any_order_of_telling_with_repeats_gives_the_same_standing(
    history: list[Replied], chance: random.Random
) -> None:
    """Replies shuffled and told twice, versions in any order: the order stands the same."""
    versions = {1: [LINE_1], 2: [_CHANGED], 3: [LINE_1]}
    told = history + chance.sample(history, len(history) // 2)
    chance.shuffle(told)
    shuffled = dict(chance.sample(sorted(versions.items()), 3))
    assert rules.standing(shuffled, told) == rules.standing(versions, history)


def test_a_promise_that_moves_is_counted() -> None:
    """Only a change of the promised day counts, not an answer that repeats it, nor one without a day."""
    later = DAY + timedelta(days=7)
    assert [rules.moves(told) for told in ([DAY], [DAY, DAY], [DAY, later, None, later, DAY])] == [0, 0, 2]


def test_the_reminders_rise_to_a_telephone_call() -> None:
    """Mails after a day and after two, then a person; each rung later than the one before."""
    assert [step for _, step in rules.LADDER.values()] == ["mail", "mail", "phone"]
    hours = [hour for hour, _ in rules.LADDER.values()]
    assert hours[:2] == [24, 48]
    assert all(before < after for before, after in itertools.pairwise(hours))
    day = timedelta(days=1)
    assert [rules.time_to_next(rung) for rung in rules.LADDER] == [day, day, None]


def test_a_token_is_read_only_as_it_was_made() -> None:
    """Every single changed character, another secret, and junk are refused; the true one gives link and last second."""
    link, until = new_id(), clock.now().replace(microsecond=0)
    token = tokens.make("the secret", link, until)
    read = tokens.read("the secret", token)
    assert read is not None
    assert (read.link, read.expires_at) == (link, until)
    for place, sign in enumerate(token):
        other = token[:place] + ("A" if sign != "A" else "B") + token[place + 1 :]
        assert tokens.read("the secret", other) is None, place
    assert [
        tokens.read(*junk)
        for junk in (("other", token), ("the secret", ""), ("the secret", "é" * 48), ("the secret", "=" * 48))
    ] == [None] * 4


@pytest.mark.parametrize("language", letters.LANGUAGES)
@pytest.mark.parametrize("kind", letters.KINDS)
def test_every_mail_exists_in_every_language(kind: str, language: str) -> None:
    """Subject on one line, link and order in both bodies, what came from outside escaped in HTML, no name left unfilled."""
    facts = letters.Facts(
        number="PO-7", version=2, buyer="Dommel <Cycles>\nBcc: x@y", supplier="S & Co", lines=3, open_lines=1,
        url="https://g.test/supply#abc", expires_at=clock.now(),
    )  # fmt: skip
    letter = letters.write(kind, language, facts)
    assert "\n" not in letter.subject
    assert "PO-7" in letter.subject
    assert facts.url in letter.text
    assert facts.url in letter.html
    assert "<Cycles>" not in letter.html
    assert "{" not in letter.text
