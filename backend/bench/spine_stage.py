"""What the cases of `gemba bench spine` stand on."""

from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import asyncpg
import httpx

from backend.kernel.db import Database
from backend.kernel.ids import new_id

API: Final = "/api/floor"
Request = tuple[str, dict[str, Any]]


@dataclass
class Stage:
    """The running app, someone who may do everything, and a way into the books."""

    client: httpx.AsyncClient
    books: asyncpg.Connection
    site: UUID
    count: int
    db: Database
    sent: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    async def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """A command that must be done. A supplier's goes by the next of its links, as each may only ask so often.

        Raises:
            RuntimeError: it was refused; the message is the answer's.
        """
        key = new_id()
        headers = {"idempotency-key": str(key)}
        if path.startswith("/api/portal"):
            headers["gemba-link"] = self.links[key.int % len(self.links)]
        address = path if path.startswith("/api") else f"{API}{path}"
        answer = await self.client.post(address, json=body, headers=headers)
        if answer.status_code != 200:
            raise RuntimeError(f"{path}: {answer.text}")
        told: dict[str, Any] = answer.json()
        return told
