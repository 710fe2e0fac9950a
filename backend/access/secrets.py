"""Random secrets that leave us once and of which only a digest stays."""

import hashlib
import secrets
from typing import Final

_BYTES: Final = 32
# Read aloud and typed with gloves on: no 0/O, 1/I/L, 5/S, 8/B, 2/Z, and no U beside V.
_LETTERS: Final = "ACDEFGHJKMNPQRTVWXY34679"
_CODE_LENGTH: Final = 10


def new_secret() -> str:
    """A secret of 256 bits, for URLs, headers and cookies."""
    return secrets.token_urlsafe(_BYTES)


def new_code() -> str:
    """A code a person can type, of some 45 bits: `ACDE3-4FGHJ`."""
    drawn = "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))
    return f"{drawn[:5]}-{drawn[5:]}"


def digest(secret: str) -> bytes:
    """What is stored of a random secret. It has too many bits to be guessed from a plain SHA-256."""
    return hashlib.sha256(secret.encode()).digest()


def code_digest(code: str) -> bytes:
    """The digest of a typed code, whatever its case, dashes and spaces."""
    return digest("".join(letter for letter in code.upper() if letter.isalnum()))
