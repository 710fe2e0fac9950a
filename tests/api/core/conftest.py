"""A core of a test's own."""

from tests.support.core_house import core, core_template

__all__ = ["core", "core_template"]
