"""`python -m backend.kernel.embedded stop STATE`: stops servers whose keeper was killed."""

import sys
from pathlib import Path

from backend.kernel.embedded import PostgresServer, ValkeyServer


def main(arguments: list[str]) -> int:
    """Stops both servers of a state folder; those that do not run are left alone."""
    match arguments:
        case ["stop", state]:
            for server in (ValkeyServer(Path(state)), PostgresServer(Path(state))):
                if server.pid is not None:
                    server.start().stop()
            return 0
    sys.stderr.write(f"{__doc__}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
