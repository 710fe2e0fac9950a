"""Plain Python kernels that a worker may compile.

A kernel module marks its functions with `@kernel`, those that Python calls with `@entry`. Until `accelerate()` of
`compiled` is called they are ordinary Python, so that an API process never imports numba; afterwards they are compiled,
with the same answers.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

__all__ = ["Compiler", "accelerated", "compile_with", "compiles_rounds", "entry", "kernel", "set_rounds"]

F = TypeVar("F", bound=Callable[..., object])
Compiler = Callable[[Any], Any]
_rounds = [True]
_compile: list[tuple[Compiler, Compiler] | None] = [None]


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


def set_rounds(compiled: bool) -> None:
    """Whether single rounds are to run compiled once kernels do."""
    _rounds[0] = compiled


def compile_with(inner: Compiler, way_in: Compiler) -> None:
    """What compiles kernels and entries from now on; modules loaded before must be loaded again."""
    _compile[0] = (inner, way_in)
