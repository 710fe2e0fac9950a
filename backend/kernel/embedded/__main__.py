"""The servers by hand.

`python -m backend.kernel.embedded stop STATE` stops servers whose keeper was killed.
`python -m backend.kernel.embedded roles` makes Gemba's roles and databases on the server of GEMBA_ADMIN_DATABASE_URL.
"""

import asyncio
import os
import sys
from pathlib import Path

from backend.kernel.embedded import PostgresServer, ValkeyServer, ensure_roles_and_databases


def main(arguments: list[str]) -> int:
    """Runs one of the words above and returns the exit code."""
    match arguments:
        case ["stop", state]:
            _stop(Path(state))
        case ["roles"]:
            home = Path(os.environ.get("GEMBA_STATE", ".state"))
            urls = asyncio.run(ensure_roles_and_databases(os.environ["GEMBA_ADMIN_DATABASE_URL"], home))
            return 0 if urls.separate else 1
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2
    return 0


def _stop(state: Path) -> None:
    for server in (ValkeyServer(state), PostgresServer(state)):
        if server.pid is not None:
            server.start().stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
