"""Measures reading: on photographs, on drawn codes under stress, on films, and of the worker pool (`run.bench`)."""
