"""PINs: argon2id with a pepper. A PIN has few digits, so a stolen table must be worthless without the service's secret."""

import asyncio
import hmac
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from backend.access.tokens import derived

# OWASP's smallest argon2id setting (19 MiB, two passes): some 20 ms here, and the lockout does the rest.
_TIME: Final = 2
_MEMORY_KIB: Final = 19_456
_AT_ONCE: Final = 2

MIN_DIGITS: Final = 4
MAX_DIGITS: Final = 12


class Pins:
    """Hashes and checks PINs in threads, `_AT_ONCE` at a time, so that a row of sign-ins starves neither memory nor other requests."""

    def __init__(self, secret: str) -> None:
        self._pepper = derived(secret, "pin")
        self._hasher = PasswordHasher(time_cost=_TIME, memory_cost=_MEMORY_KIB, parallelism=1)
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._nobodys: str | None = None

    async def hashed(self, pin: str) -> str:
        """What is stored of a PIN.

        Raises:
            ValueError: not 4 to 12 digits.
        """
        if not (pin.isascii() and pin.isdigit() and MIN_DIGITS <= len(pin) <= MAX_DIGITS):
            raise ValueError(f"a PIN has {MIN_DIGITS} to {MAX_DIGITS} digits")
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, self._peppered(pin))

    async def matches(self, stored: str | None, pin: str) -> bool:
        """Whether the PIN is the stored one. For a badge nobody has (`stored` is None) it takes as long and is never right."""
        async with self._slots:
            return await asyncio.to_thread(self._matches, stored, pin)

    def _matches(self, stored: str | None, pin: str) -> bool:
        if self._nobodys is None:
            self._nobodys = self._hasher.hash(self._peppered("nobody"))
        try:
            self._hasher.verify(stored or self._nobodys, self._peppered(pin))
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False
        return stored is not None

    def _peppered(self, pin: str) -> bytes:
        return hmac.digest(self._pepper, pin.encode(), "sha256")
