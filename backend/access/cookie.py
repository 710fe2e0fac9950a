"""The refresh cookie: not readable by scripts, sent by our own pages only, to our own routes only."""

from typing import Any, Final

from litestar import Request
from litestar.datastructures import Cookie

from backend.access.problems import ForeignOrigin
from backend.access.rules import same_origin
from backend.access.sessions import Opened
from backend.kernel import clock
from backend.kernel.settings import Settings

NAME: Final = "gemba_refresh"
PATH: Final = "/api/floor/access"


def refresh_cookie(settings: Settings, opened: Opened) -> Cookie:
    """The cookie that carries a session on until it ends by its time."""
    left = int((opened.expires_at - clock.now()).total_seconds())
    return _cookie(settings, opened.refresh, left)


def no_cookie(settings: Settings) -> Cookie:
    """Takes the cookie away."""
    return _cookie(settings, "", 0)


def own_cookie(request: Request[Any, Any, Any], settings: Settings) -> str | None:
    """The refresh token a request brought.

    Raises:
        ForeignOrigin: the request does not come from a page of ours, so the cookie must not speak for its person.
    """
    headers = request.headers
    if not same_origin(headers.get("origin"), headers.get("host"), settings.public_url):
        raise ForeignOrigin("Open the app itself and try again")
    return request.cookies.get(NAME) or None


def _cookie(settings: Settings, value: str, max_age: int) -> Cookie:
    return Cookie(
        key=NAME,
        value=value,
        max_age=max_age,
        path=PATH,
        httponly=True,
        secure=settings.secure_cookies,
        samesite="strict",
    )
