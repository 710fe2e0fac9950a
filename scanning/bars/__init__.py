"""An own look at retail bars: not where edges are, but which code is most likely behind the grey.

zxing-cpp and zbar decide bar or space first and digits after, and lose codes whose narrow bars run together. Here every
row is compared with every code at once, blur included, so the answer comes with how much likelier it is than the next.
That is what confirms (or contradicts) an engine's read, and reads codes that are too blurred for both engines.
"""

from scanning.bars.layouts import possible
from scanning.bars.look import Support, check, check_patiently, search

__all__ = ["Support", "check", "check_patiently", "possible", "search"]
