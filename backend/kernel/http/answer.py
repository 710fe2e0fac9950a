"""What most routes answer: a status, JSON, perhaps a header or two. Sent as it is, with nothing more made of it."""

from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
from litestar import Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from litestar.types import Receive, Scope, Send

T = TypeVar("T")

_JSON: Final = "application/json"
_BODILESS: Final = frozenset({204, 304})
_encode = msgspec.json.Encoder(decimal_format="string").encode


class Answer(Response[T]):
    """A response whose plain case, JSON without cookies and without work afterwards, skips what Litestar does for the others."""

    def to_asgi_response(self, app: Any, request: Any, **given: Any) -> Any:
        """The plain case at once; any other as Litestar makes it."""
        status = self.status_code or given.get("status_code") or 200
        kind = self.media_type or _JSON
        if status in _BODILESS or kind not in _PLAIN or self.cookies or self.background or _asks_more(given):
            return super().to_asgi_response(app, request, **given)
        return _Sent(status, _PLAIN[kind], self.headers, _encode(self.content))


_PLAIN: Final[dict[str, tuple[bytes, bytes]]] = {
    kind: (b"content-type", kind.encode()) for kind in (_JSON, "application/problem+json")
}
_MORE: Final = ("cookies", "headers", "background", "type_encoders", "is_head_response", "encoded_headers")


def _asks_more(given: "Mapping[str, Any]") -> bool:
    return any(given.get(name) for name in _MORE)


class _Sent:
    """The two messages of an answer."""

    __slots__ = ("_body", "_headers", "_status")

    def __init__(
        self, status: int, kind: tuple[bytes, bytes], headers: "Mapping[str, str]", body: bytes
    ) -> None:
        self._status = status
        self._body = body
        self._headers = [kind, (b"content-length", str(len(body)).encode())]
        for name, value in headers.items():
            self._headers.append((name.lower().encode("latin-1"), value.encode("latin-1")))

    async def __call__(self, _scope: "Scope", _receive: "Receive", send: "Send") -> None:
        await send({"type": "http.response.start", "status": self._status, "headers": self._headers})
        await send({"type": "http.response.body", "body": self._body, "more_body": False})
