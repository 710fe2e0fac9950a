"""Mails to suppliers: queued in the transaction that gives cause, sent by the worker over SMTP, at least once."""

import asyncio
import smtplib
import ssl
from datetime import timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, Final
from urllib.parse import unquote, urlsplit
from uuid import UUID

import structlog
from sqlalchemy import case, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from backend.floor.catalog import Site
from backend.floor.srm import letters, tokens
from backend.floor.srm.tables import PurchaseLine, PurchaseOrder, SupplierLink, SupplierMail
from backend.kernel import clock
from backend.kernel.db import Database
from backend.kernel.ids import new_id
from backend.kernel.settings import Settings

log = structlog.get_logger()

PAGE: Final = "/supply"
LEASE: Final = timedelta(minutes=2)
WAITS: Final = (
    60,
    300,
    900,
    3600,
    3 * 3600,
    6 * 3600,
    12 * 3600,
)  # seconds to the next try; after the last it is dead
_TIMEOUT: Final = 20.0


async def queue(connection: AsyncConnection, order: UUID, link: UUID, kind: str) -> bool:
    """Asks for a mail about an order with a link; False where the supplier has no address."""
    address = await connection.scalar(select(PurchaseOrder.email).where(PurchaseOrder.id == order))
    if not address:
        return False
    await connection.execute(
        insert(SupplierMail).values(id=new_id(), order_id=order, link_id=link, kind=kind, made_at=clock.now())
    )
    return True


def link_url(settings: Settings, link: UUID, expires_at: Any, order: UUID | None = None) -> str:
    """The address in a mail. The token stands behind the `#`, which browsers send to no server and no log keeps."""
    token = tokens.make(settings.secret, link, expires_at)
    return f"{settings.public_url}{PAGE}#{token}" + (f"/{order}" if order else "")


class Post:
    """Sends what is queued.

    Args:
        settings: `smtp_url` (`smtp://`, `smtps://`, with a login if there is one), `mail_from`, `public_url`, `secret`.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def send_due(self, db: Database) -> int:
        """Sends the mails that are due; how many went out. Without a mail server they wait."""
        if not self._settings.smtp_url:
            return 0
        sent = 0
        for row in await _claim(db):
            sent += await self._send(db, row)
        return sent

    async def _send(self, db: Database, row: Any) -> bool:
        async with db.transaction() as connection:
            message = await self.compose(connection, row)
        try:
            await asyncio.to_thread(deliver, str(self._settings.smtp_url), message)
        except (OSError, smtplib.SMTPException) as error:
            await _put_off(db, row, error)
            return False
        async with db.hot() as connection:
            await connection.execute(
                update(SupplierMail)
                .where(SupplierMail.seq == row.seq)
                .values(state="sent", sent_at=clock.now(), last_error=None)
            )
        return True

    async def compose(self, connection: AsyncConnection, row: Any) -> EmailMessage:
        """The mail of a queue row (`id`, `order_id`, `link_id`, `kind`), with how the order stands now."""
        facts = (
            await connection.execute(
                select(
                    PurchaseOrder.number,
                    PurchaseOrder.version,
                    PurchaseOrder.supplier_name,
                    PurchaseOrder.email,
                    PurchaseOrder.language,
                    PurchaseOrder.reason,
                    Site.name.label("buyer"),
                    SupplierLink.expires_at,
                    func.count(PurchaseLine.line).label("lines"),
                    func.count(case((PurchaseLine.state == "open", 1))).label("open_lines"),
                )
                .join(Site, Site.id == PurchaseOrder.site_id)
                .join(PurchaseLine, PurchaseLine.order_id == PurchaseOrder.id)
                .join(SupplierLink, SupplierLink.id == row.link_id)
                .where(PurchaseOrder.id == row.order_id, PurchaseLine.state != "removed")
                .group_by(PurchaseOrder.id, Site.id, SupplierLink.id)
            )
        ).one()
        letter = letters.write(
            row.kind,
            facts.language,
            letters.Facts(
                number=facts.number,
                version=facts.version,
                buyer=facts.buyer,
                supplier=facts.supplier_name,
                lines=facts.lines,
                open_lines=facts.open_lines,
                url=link_url(self._settings, row.link_id, facts.expires_at, row.order_id),
                expires_at=facts.expires_at,
                reason=facts.reason,
            ),
        )
        return written(letter, row.id, facts, self._settings)


def written(letter: letters.Letter, mail: UUID, facts: Any, settings: Settings) -> EmailMessage:
    """The message as it goes out. Its id is the queue row's, so that a mail sent twice is known as one."""
    message = EmailMessage()
    message["Subject"] = letter.subject
    message["From"] = Address(display_name=facts.buyer, addr_spec=settings.mail_from)
    message["To"] = facts.email
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{mail}@{urlsplit(settings.public_url).hostname or 'gemba'}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    message["Content-Language"] = facts.language  # last: building the parts moves Content-* headers into them
    return message


def deliver(url: str, message: EmailMessage) -> None:
    """One try at handing a message to the mail server. Passwords go over TLS only.

    Raises:
        OSError, SMTPException: it was not taken.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "localhost", parts.port
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port or 465, timeout=_TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(host, port or 587, timeout=_TIMEOUT)
    with server:
        server.ehlo()
        if parts.scheme != "smtps" and (server.has_extn("starttls") or parts.username):
            server.starttls(context=context)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)


async def _claim(db: Database) -> list[Any]:
    """Leases a few due mails; a worker that dies leaves them to the next when the lease is over."""
    due = (
        select(SupplierMail.seq)
        .where(SupplierMail.state == "waiting", SupplierMail.next_try_at <= func.now())
        .order_by(SupplierMail.next_try_at, SupplierMail.seq)
        .limit(20)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    async with db.hot() as connection:
        claimed = await connection.execute(
            update(SupplierMail)
            .where(SupplierMail.seq.in_(select(due.c.seq)))
            .values(next_try_at=func.now() + LEASE, tries=SupplierMail.tries + 1)
            .returning(
                SupplierMail.seq,
                SupplierMail.id,
                SupplierMail.order_id,
                SupplierMail.link_id,
                SupplierMail.kind,
                SupplierMail.tries,
            )
        )
        return sorted(claimed.all(), key=lambda row: row.seq)


async def _put_off(db: Database, row: Any, error: Exception) -> None:
    log.warning("mail_put_off", mail=str(row.id), tries=row.tries, error=type(error).__name__)
    values: dict[str, Any] = {"last_error": f"{type(error).__name__}: {error}"[:300]}
    if row.tries > len(WAITS):
        values["state"] = "dead"
    else:
        values["next_try_at"] = func.now() + timedelta(seconds=WAITS[row.tries - 1])
    async with db.hot() as connection:
        await connection.execute(update(SupplierMail).where(SupplierMail.seq == row.seq).values(**values))
