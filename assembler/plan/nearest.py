"""The nearest right name to a wrong one."""

import difflib
from collections.abc import Iterable


def nearest(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """A hint that names the nearest of the names, if there is one."""
    found = difflib.get_close_matches(name, sorted(names), n=1)
    return tuple(f"did you mean `{match}`?" for match in found)
