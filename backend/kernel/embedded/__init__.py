"""PostgreSQL and Valkey from their wheels, for a machine that has neither.

`with PostgresServer(state) as postgres: postgres.supervise(); connect(postgres.url)`

Both listen on 127.0.0.1 with a password, never run as root, stop fast, keep their port over a restart, and come
back by themselves after a `kill -9`.
"""

from backend.kernel.embedded.account import StateUnreachable
from backend.kernel.embedded.binaries import NoPostgres
from backend.kernel.embedded.postgres import MajorVersionMismatch, PostgresServer
from backend.kernel.embedded.process import EmbeddedServer, ServerDied, free_port
from backend.kernel.embedded.roles import Urls, ensure_roles_and_databases
from backend.kernel.embedded.valkey import ValkeyServer

__all__ = [
    "EmbeddedServer",
    "MajorVersionMismatch",
    "NoPostgres",
    "PostgresServer",
    "ServerDied",
    "StateUnreachable",
    "Urls",
    "ValkeyServer",
    "ensure_roles_and_databases",
    "free_port",
]
