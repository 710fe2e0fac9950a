"""A command that is one statement, sent by the driver itself: compiled once, one round trip, nothing in between.

SQLAlchemy's execution costs about half a millisecond of CPU each time: a context, a result, a greenlet, a look into the cache of
compiled statements. For the few statements that people wait for hundreds of times a second, `OneTrip` keeps what
SQLAlchemy is good at (the statement is written in Core, checked against the tables) and leaves the rest to `driver`.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BindParameter, SelectBase
from sqlalchemy.dialects.postgresql.asyncpg import PGCompiler_asyncpg, PGDialect_asyncpg


class _Constants(PGCompiler_asyncpg):
    """Writes a statement's constants into its text; only the named (required) parameters stay parameters."""

    def visit_bindparam(self, bindparam: BindParameter[Any], *args: Any, **options: Any) -> str:
        options["literal_binds"] = not bindparam.required
        said: str = super().visit_bindparam(bindparam, *args, **options)  # type: ignore[no-untyped-call]
        return said


_dialect = PGDialect_asyncpg()  # type: ignore[no-untyped-call]
_dialect.statement_compiler = _Constants


class OneTrip:
    """One Core statement as text for the driver, and the order of its parameters.

    The statement's constants are part of the text: only what differs from run to run is sent, and the planner sees the rest.
    """

    def __init__(self, statement: SelectBase) -> None:
        compiled = statement.compile(dialect=_dialect)
        self.text = str(compiled)
        self._names = list(compiled.positiontup or [])

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The parameters in the statement's order; one that is not given is NULL."""
        return [values.get(name) for name in self._names]
