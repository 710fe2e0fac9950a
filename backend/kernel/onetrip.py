"""A command that is one statement, sent by the driver itself: compiled once, one round trip, nothing in between.

SQLAlchemy's execution costs about half a millisecond of CPU each time: a context, a result, a greenlet, a look into the cache of
compiled statements. For the few statements that people wait for hundreds of times a second, `OneTrip` keeps what
SQLAlchemy is good at (the statement is written in Core, checked against the tables) and leaves the rest to `driver`.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import CompoundSelect, Select
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

_dialect = PGDialect_asyncpg()  # type: ignore[no-untyped-call]


class OneTrip:
    """One Core statement as text for the driver, and the order of its parameters."""

    def __init__(self, statement: Select[Any] | CompoundSelect[Any]) -> None:
        compiled = statement.compile(dialect=_dialect)
        self.text = str(compiled)
        names = compiled.positiontup or []
        fixed = compiled.params
        self._given = [(name, fixed[name]) for name in names]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The parameters in the statement's order: the given ones by name, the statement's own literals as they are."""
        return [values.get(name, fixed) for name, fixed in self._given]
