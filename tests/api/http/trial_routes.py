"""Routes that misbehave in the ways a route can, beside the real ones."""

from typing import Any

import asyncpg
import msgspec
from litestar import get, post
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from backend.access import public, requires
from backend.kernel.commands import Who
from backend.kernel.db import Database
from backend.kernel.edge import Edge
from backend.kernel.problems import Conflict, TooMany, Unavailable

OPEN = public("a route of the tests")


class Trial(Edge):
    """A body with a rule of its own."""

    quantity: int
    note: str = ""

    def __post_init__(self) -> None:
        if self.quantity < 0:
            raise ValueError("the quantity is negative")


class Large(msgspec.Struct):
    """A long answer."""

    words: list[str]


class Stands(Conflict):
    """A fact of the trial."""

    type = "stands-against"
    title = "It stands against it"


@post("/trial/echo", opt=OPEN, status_code=200)
async def echo(data: Trial) -> Trial:
    return data


@get("/trial/number/{number:int}", opt=OPEN)
async def number(number: int, least: int = 0) -> dict[str, int]:
    return {"number": number, "least": least}


@get("/trial/large", opt=OPEN)
async def large() -> Large:
    return Large(["bin A-03-2"] * 1000)


@get("/trial/broken", opt=OPEN)
async def broken() -> None:
    raise RuntimeError("SELECT pin_hash FROM person")


@get("/trial/sql", opt=OPEN)
async def sql(db: Database) -> None:
    async with db.transaction() as connection:
        await connection.execute(text("select secret_column from person"))


@get("/trial/unstorable", opt=OPEN)
async def unstorable(db: Database) -> None:
    async with db.transaction() as connection:
        await connection.execute(text("select cast(:value as numeric(3,1))"), {"value": 10_000})


@get("/trial/conflict", opt=OPEN)
async def conflict() -> None:
    raise Stands("3 are there, 5 were wanted", have=3, wanted=5)


@get("/trial/busy", opt=OPEN)
async def busy() -> None:
    raise TooMany("Wait 7 seconds", seconds=7)


@get("/trial/away", opt=OPEN)
async def away() -> None:
    raise Unavailable


def _driver_error(name: str) -> DBAPIError:
    """What SQLAlchemy makes of an error of the driver's."""
    cause: Any = getattr(asyncpg, name)("told by PostgreSQL")
    return DBAPIError("select 1", {}, cause)


@get("/trial/driver/{name:str}", opt=OPEN)
async def driver(name: str) -> None:
    raise _driver_error(name)


@get("/trial/supervisors", guards=[requires("supervisor")])
async def supervisors(who: Who) -> dict[str, str]:
    return {"person": str(who.person_id)}


@post("/trial/noop", guards=[requires("picker")], status_code=200)
async def noop(who: Who, data: Trial) -> Trial:
    return data


TRIAL_ROUTES = (
    echo,
    number,
    large,
    broken,
    sql,
    unstorable,
    conflict,
    busy,
    away,
    driver,
    supervisors,
    noop,
)
