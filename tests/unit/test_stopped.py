"""A command that cannot do its work says why in a line; a port that is taken is seen before anything is started."""

import socket

import asyncpg
import pytest
from sqlalchemy.exc import ProgrammingError

from backend.kernel.embedded import ServerDied, free_port
from backend.ports import PortTaken, is_free, must_be_free, this_or_another
from backend.stopped import why


def test_a_port_that_another_shares_is_taken() -> None:
    """Even with one who would let us in: half of the requests would go there. Our own listeners take another port."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"Port {taken} is taken .* --port"):
            must_be_free(taken, "127.0.0.1")
        assert is_free(this_or_another(taken))
        assert this_or_another(taken) != taken
    assert is_free(this_or_another(2**16))
    must_be_free(free_port(), "0.0.0.0")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            ConnectionRefusedError(111, "Connection refused"),
            "at db:5432 does not answer (Connection refused)",
        ),
        (TimeoutError(), "does not answer (in time)"),
        (asyncpg.InvalidPasswordError("password authentication failed"), "refuses: password authentication"),
        (asyncpg.ClientConfigurationError("invalid DSN"), "DATABASE_URL cannot be read: invalid DSN"),
        (asyncpg.UndefinedTableError('relation "quant" does not exist'), "gemba migrate"),
        (
            ProgrammingError("select", {}, asyncpg.UndefinedTableError("no table")),
            "has no Gemba in it yet",
        ),
        (NotADirectoryError(20, "Not a directory", "/etc/hosts/x"), "Not a directory: /etc/hosts/x"),
        (ServerDied("postgres ended at once."), "postgres ended at once."),
    ],
)
def test_what_a_person_can_mend_is_told_in_a_line(
    error: Exception, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each says what is wrong and where, and never the password."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:hidden@db/floor")
    reason = why(error)
    assert reason is not None
    assert told in reason
    assert "hidden" not in reason


def test_a_fault_of_ours_keeps_its_traceback() -> None:
    """What only a programmer can mend is not made short."""
    assert why(KeyError("x")) is None
    assert why(asyncpg.UndefinedColumnError("no such column")) is None
