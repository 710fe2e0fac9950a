"""Security headers, encoded once. One set for pages, a stricter one for the API."""

from typing import Final

Header = tuple[bytes, bytes]

_PAGE_POLICY: Final = (
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",  # the barcode reader is WebAssembly; nothing inline
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "media-src 'self' blob:",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types default",
)
PAGE_CSP: Final = "; ".join(_PAGE_POLICY)
API_CSP: Final = "default-src 'none'; frame-ancestors 'none'"

_COMMON: Final[tuple[Header, ...]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_PAGE: Final[tuple[Header, ...]] = (
    (b"content-security-policy", PAGE_CSP.encode()),
    (b"permissions-policy", b"camera=(self), microphone=(), geolocation=(), payment=(), usb=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-embedder-policy", b"require-corp"),
)
_API: Final[tuple[Header, ...]] = (
    (b"content-security-policy", API_CSP.encode()),
    (b"cache-control", b"no-store"),
)
# A year, as the preload lists ask; only said over TLS, where it can be kept.
_TLS: Final[tuple[Header, ...]] = ((b"strict-transport-security", b"max-age=31536000"),)


def page_headers(*, tls: bool) -> tuple[Header, ...]:
    """Headers of everything a browser shows."""
    return (*_COMMON, *_PAGE, *(_TLS if tls else ()))


def api_headers(*, tls: bool) -> tuple[Header, ...]:
    """Headers of answers that only our own code reads; they are nobody's cache's business."""
    return (*_COMMON, *_API, *(_TLS if tls else ()))
