"""Short access tokens: JWTs signed with HS256 and nothing else, checked on every request without touching the database."""

import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import jwt
import msgspec

from backend.kernel.commands import Who
from backend.kernel.problems import NotSignedIn

ISSUER: Final = "gemba"
AUDIENCE: Final = "gemba-floor"
ALGORITHM: Final = "HS256"
ACCESS_SECONDS: Final = 15 * 60
_REMEMBERED: Final = 4096
_REQUIRED: Final = ("iss", "aud", "exp", "iat", "sub", "site", "session", "roles")


class SignedIn(msgspec.Struct, frozen=True):
    """What a valid access token says: who, in which session, until when (Unix seconds)."""

    who: Who
    session_id: UUID
    expires_at: int


def derived(secret: str, purpose: str) -> bytes:
    """A 32-byte key for one purpose, so that one leaked key opens nothing else (HMAC-SHA256 of the purpose)."""
    return hmac.digest(secret.encode(), f"gemba {purpose}".encode(), hashlib.sha256)


class AccessTokens:
    """Signs and checks access tokens with a key derived from the service's secret.

    A token that was checked is remembered by its text until it expires: its signature cannot change, and checking it again costs
    more than a no-op request.
    """

    def __init__(self, secret: str, *, clock: Callable[[], float] = time.time) -> None:
        self._key = derived(secret, "access token")
        self._kid = hashlib.blake2b(self._key, digest_size=4).hexdigest()
        self._clock = clock
        self._checked: dict[str, SignedIn] = {}

    def issue(self, who: Who, session_id: UUID) -> str:
        """A token for `ACCESS_SECONDS` from now."""
        now = int(self._clock())
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + ACCESS_SECONDS,
            "sub": str(who.person_id),
            "device": str(who.device_id) if who.device_id else None,
            "site": str(who.site_id),
            "roles": sorted(who.roles),
            "session": str(session_id),
        }
        return jwt.encode(claims, self._key, algorithm=ALGORITHM, headers={"kid": self._kid})

    def check(self, token: str) -> SignedIn:
        """What the token says.

        Raises:
            NotSignedIn: altered, foreign, of another key or algorithm, or past its time.
        """
        known = self._checked.get(token)
        if known is None:
            known = self._decode(token)
            if len(self._checked) >= _REMEMBERED:
                self._checked.clear()
            self._checked[token] = known
        if known.expires_at <= self._clock():
            self._checked.pop(token, None)
            raise NotSignedIn("Your sign-in has run out", reason="expired")
        return known

    def _decode(self, token: str) -> SignedIn:
        try:
            if jwt.get_unverified_header(token).get("kid") != self._kid:
                raise NotSignedIn("This sign-in is not from here", reason="foreign")
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[ALGORITHM],
                issuer=ISSUER,
                audience=AUDIENCE,
                # Time is checked above by our own clock, for remembered tokens and new ones alike.
                options={"require": list(_REQUIRED), "verify_exp": False, "verify_iat": False},
            )
            who = Who(
                person_id=UUID(claims["sub"]),
                device_id=UUID(claims["device"]) if claims.get("device") else None,
                site_id=UUID(claims["site"]),
                roles=frozenset(str(role) for role in claims["roles"]),
            )
            return SignedIn(who, UUID(claims["session"]), int(claims["exp"]))
        except (jwt.PyJWTError, ValueError, TypeError, AttributeError) as error:
            raise NotSignedIn("This sign-in is not valid", reason="invalid") from error
