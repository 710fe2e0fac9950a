"""Plain Python kernels that a worker may compile.

A kernel module marks its functions with `@kernel`, those that Python calls with `@entry`. Until `accelerate()` is called they are ordinary Python, so that an API
process never imports numba; afterwards they are compiled, with the same answers.
"""

import os
from collections.abc import Callable
from importlib import import_module, reload
from pathlib import Path
from typing import Any, TypeVar, cast

__all__ = ["accelerate", "accelerated", "compiles_rounds", "entry", "kernel"]

F = TypeVar("F", bound=Callable[..., object])
Compiler = Callable[[Any], Any]
_rounds = [True]
_compile: list[tuple[Compiler, Compiler] | None] = [None]
KERNELS = (
    "sortkernels",
    "kernels",
    "pathkernels",
    "searchkernels",
    "servekernels",
    "roundkernels",
    "walkkernels",
    "batchkernels",
)


def kernel(function: F) -> F:
    """Mark a function that only compiled code calls: it gets no way in from Python, which would take longest to compile."""
    compilers = _compile[0]
    return function if compilers is None else cast("F", compilers[0](function))


def entry(function: F) -> F:
    """Mark a function that Python calls: kept on disk once compiled, with the kernels it calls."""
    compilers = _compile[0]
    return function if compilers is None else cast("F", compilers[1](function))


def accelerated() -> bool:
    """Whether kernels run compiled in this process."""
    return _compile[0] is not None


def compiles_rounds() -> bool:
    """Whether single rounds, with their order, run compiled too."""
    return accelerated() and _rounds[0]


def _find_room() -> None:
    """Where the installed code cannot be written to, compiled kernels are kept with the state, to be found at the next start."""
    if not os.access(Path(__file__).parent, os.W_OK):
        state = Path(os.environ.get("GEMBA_STATE", ".state"))
        os.environ.setdefault("NUMBA_CACHE_DIR", str(state.resolve() / "kernels"))


def accelerate(*, rounds: bool = True) -> None:
    """Compile the kernels (numba, cached on disk) as they are called: for workers and benches.

    Without `rounds` a single round with its order stays in numpy: milliseconds slower, and half as much to compile.
    """
    _rounds[0] = rounds
    if accelerated():
        return
    _find_room()
    import numba

    way_in = numba.njit(cache=True, nogil=True, error_model="numpy")
    compiler: Any = numba.njit
    bare = compiler(nogil=True, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True)
    plain: Any = numba.types.unliteral

    def inner(function: Any) -> Any:
        compiled = bare(function)
        template = compiled.get_call_template
        # A constant argument is not worth a version of its own.
        compiled.get_call_template = lambda args, kws: template(tuple(plain(kind) for kind in args), kws)
        return compiled

    _compile[0] = (inner, way_in)
    for name in KERNELS:
        reload(import_module(f".{name}", __package__))
    from . import kernels
    from .exact import use_kernel

    use_kernel(kernels.pull_min)
