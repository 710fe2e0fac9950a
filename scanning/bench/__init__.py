"""Measures reading: on photographs, on drawn codes under stress, on films, and of the worker pool."""

from scanning.bench.run import bench

__all__ = ["bench"]
