"""Processes of our own that leave the caller's script alone."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


@contextmanager
def without_main() -> Iterator[None]:
    """Processes started here do not import the caller's script, which need not be guarded.

    A spawned process imports `__main__` again; a script that calls `samb.run` at its top level
    would start itself over. What is sent to them is made of samb's own classes and needs nothing
    of it.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main
