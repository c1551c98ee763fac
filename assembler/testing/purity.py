"""Watches code for whatever a recipe may not do: touch the machine, the clock, chance."""

import gc
import os
import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from types import BuiltinMethodType, FrameType

from assembler.errors import AssemblerError


class Impure(AssemblerError):  # noqa: N818 - what a recipe is, rather than what went wrong
    """A recipe did something while it was asked, or answers differently when asked again."""


_IMPORTING = "<frozen importlib"
"""Where frames of imports are; a module that is imported while a recipe is asked is no fault."""

_PURE = frozenset({"fspath", "_path_normpath", "_path_splitroot", "_path_splitroot_ex"})
"""What of `posix` only computes."""

_MACHINE = frozenset({"posix", "_posixsubprocess", "_socket", "_uuid", "fcntl", "select"})
_THREADS = ("start_new_thread", "start_joinable_thread")
_CLOCK = frozenset({"strftime", "strptime", "mktime", "asctime"})
"""What of `time` does not read the clock."""

_OPENING = frozenset({"open", "open_code", "input"})
_NOW = frozenset({"now", "today", "utcnow"})
_CHANCE = random.random.__self__  # type: ignore[attr-defined]  # it is a bound method
_ENVIRONMENT = frozenset(
    function.__code__
    for function in (
        type(os.environ).__getitem__,
        type(os.environ).__setitem__,
        type(os.environ).__delitem__,
        type(os.environ).__iter__,
        type(os.environ).copy,
    )
)


@contextmanager
def watched(asked: str) -> Iterator[None]:
    """Let nothing impure happen within: `asked` says what is asked of whom.

    What is tried is not done. Raises `Impure`, also where the code inside swallowed that. Garbage
    is not collected meanwhile: what runs then is not the recipe's.
    """
    watch = _Watch(asked)
    before, collecting = sys.getprofile(), gc.isenabled()
    gc.disable()
    sys.setprofile(watch)
    try:
        yield
    finally:
        sys.setprofile(before)
        if collecting:
            gc.enable()
        if watch.found is not None:
            raise watch.found


class _Watch:
    """A profiler that allows no impure call; `found` is the first."""

    def __init__(self, asked: str) -> None:
        self._asked = asked
        self.found: Impure | None = None

    def __call__(self, frame: FrameType, event: str, called: object) -> None:
        what = None
        if event == "c_call" and isinstance(called, BuiltinMethodType):
            what = _impure_call(called)
        elif event == "call" and frame.f_code in _ENVIRONMENT:
            what = "os.environ"
        if what is not None and not _is_importing(frame):
            self.found = self.found or self._impure(what, frame)
            raise self.found

    def _impure(self, what: str, frame: FrameType) -> Impure:
        return Impure(
            f"{self._asked}, which must be pure, used `{what}`", details=tuple(_places(frame))
        )


def _impure_call(called: BuiltinMethodType) -> str | None:
    """The name of a function of C that is impure."""
    name, owner = called.__name__, called.__self__
    module = called.__module__ or ""
    if module in _MACHINE and name not in _PURE:
        return f"{'os' if module == 'posix' else module.lstrip('_')}.{name}"
    if (module == "time" and name not in _CLOCK) or name in _THREADS:
        return f"{module.lstrip('_')}.{name}"
    if module in ("_io", "io", "builtins") and name in _OPENING:
        return name
    if not module and any(each.__module__ in _MACHINE for each in type(owner).__mro__):
        return f"{type(owner).__name__}.{name}"
    if name in _NOW and isinstance(owner, type) and issubclass(owner, date):
        return f"{owner.__name__}.{name}"
    return f"random.{name}" if owner is _CHANCE else None


def _is_importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename.startswith(_IMPORTING):
            return True
        frame = frame.f_back
    return False


def _places(frame: FrameType | None) -> Iterator[str]:
    """The lines that led to the call, the innermost first, up to this import package."""
    while frame is not None and not frame.f_globals.get("__name__", "").startswith("assembler."):
        code = frame.f_code
        yield f"{code.co_filename}:{frame.f_lineno}, in {code.co_name}"
        frame = frame.f_back
