"""Serves the trust page over plain HTTP while `./dev up --lan` runs: four small GETs, nothing of the app."""

import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from backend.kernel.tls import Certificates
from backend.kernel.trust_page import CA_FILE, LOCALES, TRUST_CSS, qr_svg, render_trust_page

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class TrustServer:
    """A small server for the trust page on all addresses. Use as a context manager, or with start() and stop()."""

    def __init__(self, certificates: Certificates, *, page_url: str, app_url: str, port: int) -> None:
        pages = _Pages(certificates, page_url, app_url)

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                found = pages.find(self.path, self.headers.get("Accept-Language", ""))
                self.send_response(HTTPStatus.OK if found else HTTPStatus.NOT_FOUND)
                kind, body = found or ("text/plain; charset=utf-8", b"Not found")
                for name, value in {
                    **HEADERS,
                    "Content-Type": kind,
                    "Content-Length": str(len(body)),
                }.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                """The terminal belongs to the app."""

        self._server = ThreadingHTTPServer(("0.0.0.0", port), Answer)  # noqa: S104  # phones must reach it
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="trust-page", daemon=True)

    @property
    def port(self) -> int:
        """The port listened on."""
        return int(self._server.server_address[1])

    def start(self) -> Self:
        """Begins to answer."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Ends and frees the port."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


class _Pages:
    def __init__(self, certificates: Certificates, page_url: str, app_url: str) -> None:
        self._html = {
            locale: render_trust_page(
                locale, page_url=page_url, app_url=app_url, fingerprint=certificates.fingerprint
            ).encode()
            for locale in LOCALES
        }
        self._files = {
            "/trust.css": ("text/css; charset=utf-8", TRUST_CSS.encode()),
            "/trust-qr.svg": ("image/svg+xml", qr_svg(page_url)),
            # This type makes phones offer to install it.
            f"/{CA_FILE}": ("application/x-x509-ca-cert", certificates.ca_pem_path.read_bytes()),
        }

    def find(self, target: str, accepted: str) -> tuple[str, bytes] | None:
        """Content type and body for a request's target, the page in the language asked for, else the browser's."""
        parts = urlsplit(target)
        if parts.path != "/":
            return self._files.get(parts.path)
        asked = [*parse_qs(parts.query).get("lang", []), *(part.strip()[:2] for part in accepted.split(","))]
        locale = next((code for code in asked if code in self._html), "en")
        return "text/html; charset=utf-8", self._html[locale]
