"""The switch that compiles the kernels, for workers and benches."""

import os
from importlib import import_module, reload
from pathlib import Path
from typing import Any

from . import kernels
from .exact import use_kernel
from .jit import accelerated, compile_with, set_rounds

__all__ = ["accelerate"]

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
"""The modules of kernels, each after those it calls."""


def _find_room() -> None:
    """Where the installed code cannot be written to, compiled kernels are kept with the state, to be found at the next start."""
    if not os.access(Path(__file__).parent, os.W_OK):
        state = Path(os.environ.get("GEMBA_STATE", ".state"))
        os.environ.setdefault("NUMBA_CACHE_DIR", str(state.resolve() / "kernels"))


def accelerate(*, rounds: bool = True) -> None:
    """Compile the kernels (numba, cached on disk) as they are called: for workers and benches.

    Without `rounds` a single round with its order stays in numpy: milliseconds slower, and half as much to compile.
    """
    set_rounds(rounds)
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

    compile_with(inner, way_in)
    for name in KERNELS:
        reload(import_module(f".{name}", __package__))
    use_kernel(kernels.pull_min)
