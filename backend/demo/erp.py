"""Runs the demo's ERP on the address that the floor's outbox is told (`GEMBA_ERP_INBOX_URL`): `python -m backend.demo.erp`

It becomes granian at once, so that only one process loads the app.
"""

import os
import sys
from urllib.parse import urlsplit


def main() -> None:
    """Serves on this machine only."""
    port = urlsplit(os.environ.get("GEMBA_ERP_INBOX_URL", "")).port
    if port is None:
        sys.exit("GEMBA_ERP_INBOX_URL must name the port to listen on, such as http://127.0.0.1:8001/inbox")
    granian = ("-m", "granian", "--interface", "asgi", "--factory", "--http", "1", "--host", "127.0.0.1")
    options = (
        "--port",
        str(port),
        "--no-access-log",
        "--log-level",
        "warning",
        "--workers-kill-timeout",
        "5",
    )
    os.execv(sys.executable, [sys.executable, *granian, *options, "backend.demo.erp_desk:create_app"])  # noqa: S606


if __name__ == "__main__":
    main()
