"""Who listens to what happens in a sibling slice, in the order they are told. App and worker compose the same."""

from backend.floor.qms.listeners import LISTENERS as QMS
from backend.floor.srm.listeners import LISTENERS as SRM
from backend.kernel.local import Listeners, compose

LISTENERS: tuple[Listeners, ...] = (QMS, SRM)


def compose_listeners() -> None:
    """Makes every slice hear its siblings in this process."""
    compose(*LISTENERS)
