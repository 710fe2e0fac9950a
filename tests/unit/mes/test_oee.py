"""Effectiveness of minutes, against figures worked out elsewhere."""

from decimal import Decimal

from backend.floor.mes.oee import effectiveness


def test_the_textbook_shift_has_its_textbook_effectiveness() -> None:
    """420 minutes planned, 47 of them down, 19,271 pieces of one second each, 423 of them rejected: 88.81, 86.11, 97.80 and 74.79 %."""
    told = effectiveness(
        planned=Decimal(420), run=Decimal(373), ideal=Decimal(19_271) / 60, ideal_good=Decimal(18_848) / 60
    )
    shares = [str(one) for one in told]
    assert shares == ["0.8881", "0.8611", "0.9780", "0.7479"]


def test_what_nothing_tells_is_not_told() -> None:
    """A machine that did not run has an availability of nothing and no effectiveness; before a shift there is none at all."""
    zero = Decimal(0)
    still = effectiveness(planned=Decimal(60), run=zero, ideal=zero, ideal_good=zero)
    assert still == (zero, None, None, None)
    assert effectiveness(planned=zero, run=zero, ideal=zero, ideal_good=zero) == (None, None, None, None)
