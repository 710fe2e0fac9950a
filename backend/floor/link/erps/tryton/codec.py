"""Tryton's JSON: decimals, dates, times and bytes travel as objects with `__class__`; no number ever becomes a float here.

Tryton keeps quantities in Float fields and money in Numeric ones. The first travel as bare JSON numbers, the second as Decimal
objects. Both are `Decimal` for us: a bare number is read from its digits, and `Quantity` writes one.
"""

import base64
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import msgspec


class Quantity(Decimal):
    """A number for one of Tryton's Float fields: written with its digits, not as a Decimal object."""


class BadTrytonValue(ValueError):
    """An object with a `__class__` that is not in Tryton's protocol, or without what its class needs."""


_decoder = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")
_DATE = ("year", "month", "day")
_CLOCK = ("hour", "minute", "second", "microsecond")


def encode(value: Any) -> bytes:
    """A request's body.

    Raises:
        BadTrytonValue: a float, which has no place in stock or money.
    """
    return _encoder.encode(_out(value))


def decode(body: bytes) -> Any:
    """An answer's body.

    Raises:
        msgspec.DecodeError: no JSON.
        BadTrytonValue.
    """
    return _in(_decoder.decode(body))


def _out(value: Any) -> Any:  # noqa: PLR0911  # one line a kind of value
    if isinstance(value, dict):
        return {key: _out(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_out(part) for part in value]
    if isinstance(value, float):
        raise BadTrytonValue("a float is not exact; give a Decimal or a Quantity")
    if isinstance(value, Quantity):
        return Decimal(value)
    if isinstance(value, Decimal):
        return {"__class__": "Decimal", "decimal": format(value, "f")}
    if isinstance(value, datetime):
        return {"__class__": "datetime"} | {name: getattr(value, name) for name in _DATE + _CLOCK}
    if isinstance(value, date):
        return {"__class__": "date"} | {name: getattr(value, name) for name in _DATE}
    if isinstance(value, bytes):
        return {"__class__": "bytes", "base64": base64.b64encode(value).decode()}
    return value


def _in(value: Any) -> Any:
    if isinstance(value, list):
        return [_in(part) for part in value]
    if not isinstance(value, dict):
        return value
    name = value.get("__class__")
    if name is None:
        return {key: _in(part) for key, part in value.items()}
    try:
        return _CLASSES[name](value)
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise BadTrytonValue(f"not a value of Tryton's: {value!r}"[:200]) from error


def _seconds(value: Any) -> timedelta:
    return timedelta(microseconds=int(Decimal(value["seconds"]) * 1_000_000))


_CLASSES: dict[str, Any] = {
    "Decimal": lambda value: Decimal(value["decimal"]),
    "datetime": lambda value: datetime(*(value[name] for name in _DATE + _CLOCK)),  # noqa: DTZ001  # UTC, told naively
    "date": lambda value: date(*(value[name] for name in _DATE)),
    "time": lambda value: time(*(value[name] for name in _CLOCK)),
    "timedelta": _seconds,
    "bytes": lambda value: base64.b64decode(value["base64"]),
}
