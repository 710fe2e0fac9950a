"""The kernels a wave needs, compiled before it is asked for, by one process of a machine at a time."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .batching import batch_orders
from .batchvalues import Cart, Order
from .layout import Layout

__all__ = ["warm_up"]


def warm_up() -> None:
    """Compile what batching needs, or load it from disk. Who comes second waits for the first, and only has to load."""
    layout = Layout.blocks(aisles=2, blocks=1)
    orders = [Order(str(n), (layout.at(aisle=n % 2, offset=1.0 + n),)) for n in range(4)]
    with _alone():
        batch_orders(layout, orders, Cart(totes=2), budget=200)


@contextmanager
def _alone() -> Iterator[None]:
    folder = Path(os.environ.get("NUMBA_CACHE_DIR") or tempfile.gettempdir())
    folder.mkdir(parents=True, exist_ok=True)
    flags = os.O_CREAT | os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC
    handle = os.open(folder / f"gemba-kernels-{os.getuid()}.lock", flags, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
