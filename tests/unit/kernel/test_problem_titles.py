"""Every refusal has its title in the three languages of the app."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

from backend import access, core, floor, kernel
from backend.kernel.problems import Problem
from bootstrap.places import PWA


def _refusals(above: type[Problem] = Problem) -> Iterator[type[Problem]]:
    yield above
    for one in above.__subclasses__():
        yield from _refusals(one)


@pytest.fixture(scope="module")
def types() -> set[str]:
    """The type of every refusal that the services can answer with."""
    for room in (access, core, floor, kernel):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            importlib.import_module(module.name)
    return {one.type for one in _refusals() if one.__module__.startswith("backend.")}


@pytest.mark.parametrize("language", ["en", "nl", "zh"])
def test_every_problem_has_a_title(types: set[str], language: str) -> None:
    """No refusal reaches a screen in the server's English only, and no title is kept for a refusal that is gone."""
    written = (PWA / "src/i18n/problems" / f"{language}.ts").read_text()
    titled = set(re.findall(r"^  '?([a-z-]+)'?: '[^']+',$", written, re.MULTILINE))
    assert sorted(types - titled) == []
    assert sorted(titled - types) == []
