"""What a person may type as an amount: bounds that the JSON decoder cannot check on decimals."""

from decimal import Decimal

from backend.kernel.quantity import checked


def price(value: Decimal | None) -> None:
    """Refuses a price below zero, finer than four decimals, or beyond a thousand million; None is no price.

    Raises:
        ValueError: with the reason.
    """
    if value is not None:
        _told("price", value, zero=True)


def quantity(value: Decimal) -> None:
    """Refuses a quantity that is not above zero.

    Raises:
        ValueError: with the reason.
    """
    _told("quantity", value, zero=False)


def _told(what: str, value: Decimal, *, zero: bool) -> None:
    try:
        checked(value, zero=zero)
    except ValueError as error:
        raise ValueError(str(error).replace("quantity", what)) from error
