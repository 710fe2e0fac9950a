"""Waves: many orders planned onto carts together, in a process of its own, while a planner watches the plan get better."""

from backend.floor.wms.waves.planning import plan_waves
from backend.floor.wms.waves.rule import release_by_rule
from backend.floor.wms.waves.solver import Solver

__all__ = ["Solver", "plan_waves", "release_by_rule"]
