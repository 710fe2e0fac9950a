"""Plain Python kernels that a worker may compile.

A kernel module marks its functions with `@kernel`. Until `accelerate()` is called they are ordinary Python, so that an API
process never imports numba; afterwards they are compiled, with the same answers.
"""

from collections.abc import Callable
from importlib import import_module, reload
from typing import Any, TypeVar, cast

__all__ = ["accelerate", "accelerated", "kernel"]

F = TypeVar("F", bound=Callable[..., object])
_compile: list[Callable[[Any], Any] | None] = [None]
KERNELS = ("kernels", "servekernels", "roundkernels", "walkkernels", "batchkernels")


def kernel(function: F) -> F:
    """Mark a function that numba can compile."""
    compiler = _compile[0]
    return function if compiler is None else cast("F", compiler(function))


def accelerated() -> bool:
    """Whether kernels run compiled in this process."""
    return _compile[0] is not None


def accelerate() -> None:
    """Compile the kernels (numba, cached on disk): for workers and benches, about one second the first time."""
    if accelerated():
        return
    import numba

    _compile[0] = numba.njit(cache=True, nogil=True)
    for name in KERNELS:
        reload(import_module(f".{name}", __package__))
    from . import kernels
    from .exact import use_kernel

    use_kernel(kernels.pull_min)
