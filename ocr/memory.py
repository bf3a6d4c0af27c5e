"""The memory of a process that reads pages, of which several run at a time."""

import contextlib
import ctypes


def give_back() -> None:
    """Give the system what is free: glibc keeps dozens of MB after large pictures, until it finds a use."""
    with contextlib.suppress(AttributeError):  # another C library
        ctypes.CDLL(None).malloc_trim(0)
