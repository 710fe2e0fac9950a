"""Why a command of `gemba` stopped, in a line for whoever typed it; a fault of ours keeps its traceback."""

import os
from urllib.parse import urlsplit

_REFUSED = ("28", "3D000", "42501")  # PostgreSQL's classes: login, no such database, no right
_NO_TABLES = ("42P01", "3F000")


def why(error: BaseException) -> str | None:
    """The reason, or None for an error that nobody but a programmer can do something about."""
    if _is_ours(error):
        return str(error)
    from asyncpg import ClientConfigurationError, PostgresError
    from sqlalchemy.exc import DBAPIError

    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, ClientConfigurationError):
        return f"DATABASE_URL cannot be read: {cause}"
    code = getattr(cause, "sqlstate", None) or ""
    if isinstance(error, DBAPIError | PostgresError) and code:
        return _of_postgres(code, cause)
    if isinstance(cause, OSError):
        return _of_the_system(cause)
    return None


def _is_ours(error: BaseException) -> bool:
    """Ours say in their text what to do."""
    from backend.kernel.embedded import MajorVersionMismatch, NoPostgres, ServerDied, StateUnreachable
    from backend.kernel.embedded.valkey import NoValkey
    from backend.kernel.settings import MissingSetting
    from backend.ports import PortTaken
    from backend.stack import NotBuilt, NotReady

    return isinstance(
        error,
        MissingSetting
        | PortTaken
        | NotBuilt
        | NotReady
        | MajorVersionMismatch
        | NoPostgres
        | ServerDied
        | StateUnreachable
        | NoValkey,
    )


def _of_postgres(code: str, error: BaseException | None) -> str | None:
    if code.startswith(_NO_TABLES):
        return f"The database {_place()} has no Gemba in it yet: gemba migrate"
    if code.startswith((*_REFUSED, "53", "57P")):
        return f"The database {_place()} refuses: {str(error).splitlines()[0]}"
    return None


def _of_the_system(error: OSError) -> str:
    if error.filename is not None:
        return f"{error.strerror}: {error.filename}"
    return f"The database {_place()} does not answer ({error.strerror or str(error) or 'in time'}). Does it run? Here ./dev up starts it."


def _place() -> str:
    """Where the database is, without the password."""
    try:
        parts = urlsplit(os.environ.get("DATABASE_URL", ""))
        place = f"at {parts.hostname}:{parts.port or 5432}"
    except ValueError:
        return "of DATABASE_URL"
    return place if parts.hostname else "of DATABASE_URL"
