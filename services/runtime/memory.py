"""Give memory that a process no longer uses back to the system.

What a start reads and drops (texts of rules, answers of the store) lies between what stays, and the C library keeps it
for later. Only the standard library is imported here (services/cli/up.py).
"""

import ctypes


def give_back() -> bool:
    """Give back what is free; says whether anything was. Does nothing where the C library is not GNU's."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return bool(trim and trim(0))
