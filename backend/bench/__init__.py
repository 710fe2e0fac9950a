"""Measures: `gemba bench …`. Figures are ratios in one run on this machine, or CPU time; wall times alone say little."""
