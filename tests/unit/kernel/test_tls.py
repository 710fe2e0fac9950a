"""The installation's own certificate authority, checked by a TLS handshake and by the page that tells how to trust it."""

import re
import socket
import ssl
import stat
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import cv2
import numpy as np
import pytest
import zxingcpp
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from backend.kernel import clock
from backend.kernel.embedded import Urls
from backend.kernel.tls import Certificates, ensure_certificates, lan_hosts
from backend.kernel.trust_page import LOCALES, qr_svg, render_trust_page
from backend.kernel.trust_server import TrustServer
from backend.plan import Plan, environment

HOSTS = ["192.168.1.20", "depot.local", "localhost", "127.0.0.1"]


def handshake(certificates: Certificates, name: str) -> str:
    """Serves one TLS connection with the certificate and returns the protocol a strict client agreed on."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificates.cert, certificates.key)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            taken, _ = listener.accept()
            with taken, closing(taken):
                try:
                    server.wrap_socket(taken, server_side=True).close()
                except (ssl.SSLError, OSError):
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        client = ssl.create_default_context(cafile=str(certificates.ca_pem_path))
        try:
            with (
                socket.create_connection(listener.getsockname(), timeout=30) as raw,
                client.wrap_socket(raw, server_hostname=name) as secured,
            ):
                return secured.version() or ""
        finally:
            thread.join()


@pytest.mark.parametrize("name", HOSTS)
def test_a_device_that_trusts_the_authority_trusts_every_name(tmp_path: Path, name: str) -> None:
    """A client that knows only our authority completes a handshake for each address and name."""
    assert handshake(ensure_certificates(tmp_path, HOSTS), name) == "TLSv1.3"


def test_a_foreign_name_is_refused(tmp_path: Path) -> None:
    """The certificate vouches for no other host."""
    with pytest.raises(ssl.SSLCertVerificationError, match="bank"):
        handshake(ensure_certificates(tmp_path, HOSTS), "bank.example")


def test_the_authority_is_made_once_and_the_leaf_follows_the_addresses(tmp_path: Path) -> None:
    """A new address makes a new certificate under the same authority; the same addresses keep the certificate."""
    first = ensure_certificates(tmp_path, HOSTS)
    leaf = first.cert.read_bytes()
    again = ensure_certificates(tmp_path, reversed(HOSTS))
    assert again.cert.read_bytes() == leaf
    moved = ensure_certificates(tmp_path, ["10.0.0.7"])
    assert moved.fingerprint == first.fingerprint
    assert moved.cert.read_bytes() != leaf
    assert handshake(moved, "10.0.0.7") == "TLSv1.3"


def test_the_leaf_is_renewed_before_it_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate within a month of its end is replaced; its life is short enough for every phone."""
    certificates = ensure_certificates(tmp_path, HOSTS)
    leaf = x509.load_pem_x509_certificate(certificates.cert.read_bytes())
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= timedelta(days=398)
    later = datetime.now(UTC) + timedelta(days=370)
    monkeypatch.setattr(clock, "now", lambda: later)
    ensure_certificates(tmp_path, HOSTS)
    renewed = x509.load_pem_x509_certificate(certificates.cert.read_bytes())
    assert renewed.not_valid_after_utc > later + timedelta(days=300)


def test_keys_are_for_their_owner_only_and_the_authority_signs_nothing_below_it(tmp_path: Path) -> None:
    """Key files have mode 0600; the authority may not make further authorities; its fingerprint is the file's."""
    certificates = ensure_certificates(tmp_path, HOSTS)
    for key in (tmp_path / "tls").glob("*.key"):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    authority = x509.load_pem_x509_certificate(certificates.ca_pem_path.read_bytes())
    assert authority.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length == 0
    assert certificates.fingerprint.replace(":", "").lower() == authority.fingerprint(hashes.SHA256()).hex()


def test_the_core_reaches_the_floor_over_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the local network the core sends to an https address that the certificate vouches for, trusting the authority made here."""
    for name in ("GEMBA_ERP_INBOX_URL", "GEMBA_ERP_KIND"):
        monkeypatch.delenv(name, raising=False)
    shared = environment(
        Plan(tmp_path, 8000, lan=True, demo=False),
        Urls("owner", "app", "portal", "core_owner", "core", separate=True),
        "redis",
    )
    certificates = ensure_certificates(tmp_path, lan_hosts())
    inbox = urlsplit(shared["GEMBA_FLOOR_INBOX_URL"])
    assert inbox.scheme == urlsplit(shared["GEMBA_PUBLIC_URL"]).scheme == "https"
    assert Path(shared["GEMBA_TRUSTED_CA"]) == certificates.ca_pem_path
    assert handshake(certificates, inbox.hostname or "") == "TLSv1.3"
    assert shared["GEMBA_SECURE_COOKIES"] == "1"


def test_this_machine_has_names_to_be_reached_by() -> None:
    """The names always hold the local ones, without doubles."""
    hosts = lan_hosts()
    assert {"localhost", "127.0.0.1", socket.gethostname()} <= set(hosts)
    assert len(hosts) == len(set(hosts))


@pytest.mark.parametrize("locale", LOCALES)
def test_the_trust_page_speaks_each_language_and_holds_nothing_inline(locale: str) -> None:
    """The page names its language, the fingerprint and each kind of device, and passes a strict content policy."""
    html = render_trust_page(locale, page_url="http://h/", app_url="https://h:8000/", fingerprint="AB:CD")
    assert f'<html lang="{locale}">' in html
    assert "AB:CD" in html
    assert all(device in html for device in ("Android", "iPhone", "Windows"))
    assert not re.search(r"<script|<style|style=|\son\w+=", html)


def test_the_qr_code_reads_back() -> None:
    """A reader finds the page's address in the code."""
    text = "http://192.168.1.20:8001/"
    assert b"<svg" in qr_svg(text)
    rows = np.asarray(_modules(qr_svg(text)), dtype=np.uint8)
    picture = cv2.resize(rows, None, fx=4, fy=4, interpolation=cv2.INTER_NEAREST)
    assert [found.text for found in zxingcpp.read_barcodes(picture)] == [text]


def _modules(svg: bytes) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Paints the rectangles of the SVG's path, white on nothing, as a browser would."""
    text = svg.decode()
    size = re.search(r'<svg width="(\d+)" height="(\d+)"', text)
    assert size is not None
    canvas = np.full((int(size[2]), int(size[1])), 255, dtype=np.uint8)
    for x, y, width, height in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+Z", text):
        canvas[int(y) : int(y) + int(height), int(x) : int(x) + int(width)] = 0
    return canvas


@pytest.fixture
def trust(tmp_path: Path) -> Iterator[TrustServer]:
    certificates = ensure_certificates(tmp_path, HOSTS)
    with TrustServer(certificates, page_url="http://h:1/", app_url="https://h/", port=0) as server:
        yield server


def fetch(server: TrustServer, path: str, **headers: str) -> tuple[str, bytes]:
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", headers=headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.headers["Content-Type"], answer.read()


def test_the_trust_server_gives_page_code_and_authority(trust: TrustServer, tmp_path: Path) -> None:
    """A phone gets the page in its language, the code, the style, and the authority in the type that makes it offer to install."""
    kind, page = fetch(trust, "/", **{"Accept-Language": "nl-NL,nl;q=0.9"})
    assert (kind, b'lang="nl"' in page) == ("text/html; charset=utf-8", True)
    assert b'lang="zh"' in fetch(trust, "/?lang=zh")[1].split(b"<nav>")[0]
    assert fetch(trust, "/trust.css")[0].startswith("text/css")
    assert fetch(trust, "/trust-qr.svg")[0] == "image/svg+xml"
    kind, authority = fetch(trust, "/gemba-ca.crt")
    assert kind == "application/x-x509-ca-cert"
    assert authority == (tmp_path / "tls" / "gemba-ca.crt").read_bytes()


@pytest.mark.parametrize("path", ["/server.key", "/../server.key", "/tls/gemba-ca.key", "/index.html"])
def test_the_trust_server_gives_nothing_else(trust: TrustServer, path: str) -> None:
    """No path leads to a key."""
    with pytest.raises(urllib.error.HTTPError, match="404") as refused:
        fetch(trust, path)
    refused.value.close()
