"""From settings to an adapter."""

from collections.abc import Callable
from typing import Final

from backend.floor.link.erps.core import CoreStock
from backend.floor.link.erps.odoo import odoo, odoo_json2
from backend.floor.link.erps.tryton import tryton
from backend.floor.link.port import Erp, StockBook
from backend.kernel.settings import MissingSetting, Settings

CORE: Final = "core"  # an ERP that speaks our messages itself, over the signed inbox and outbox: Gemba's own, and any that learns it

KINDS: Final[dict[str, Callable[[Settings], Erp]]] = {
    "tryton": tryton,
    "odoo": odoo,
    "odoo-json2": odoo_json2,
}


def erp_name(kind: str) -> str:
    """The ERP's name in bindings and differences: how it is called over makes it no other."""
    return kind.partition("-")[0]


def connect(settings: Settings) -> Erp | None:
    """The adapter of the ERP in the settings; None for one that speaks our messages itself.

    Raises:
        MissingSetting: the kind is not known, or something that it needs is not set.
    """
    if settings.erp_kind == CORE:
        return None
    made = KINDS.get(settings.erp_kind)
    if made is None:
        known = ", ".join((CORE, *KINDS))
        raise MissingSetting(f"GEMBA_ERP_KIND is {settings.erp_kind!r}; it can be {known}")
    for name, value in (
        ("GEMBA_ERP_URL", settings.erp_url),
        ("GEMBA_ERP_DATABASE", settings.erp_database),
        ("GEMBA_ERP_USER", settings.erp_user),
        ("GEMBA_ERP_PASSWORD", settings.erp_password),
    ):
        if not value and (settings.erp_kind, name) != (
            "odoo-json2",
            "GEMBA_ERP_USER",
        ):  # its key says whose it is
            raise MissingSetting(f"{name} is not set; an ERP of kind {settings.erp_kind} needs it")
    return made(settings)


def stock_book(settings: Settings) -> StockBook | None:
    """Whatever tells how much the ERP believes there is; None for another's that speaks our messages, which nobody can ask.

    Raises:
        MissingSetting.
    """
    if settings.erp_kind != CORE:
        return connect(settings)
    return CoreStock(settings.core_url, settings.link_secret) if settings.core_url else None


def erp_source(erp: Erp) -> str:
    """Who the messages are from that are made of an ERP's records."""
    return f"urn:gemba:erp:{erp.name}"
