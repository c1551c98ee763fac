"""A Python as it is asked for: `3.12`, or `3.12.4`."""

import re

from assembler.config.node import Node
from assembler.errors import AssemblerError, ConfigurationError

_PYTHON = re.compile(r"3\.(\d{1,3})(\.\d{1,3})?")
_OLDEST_MINOR = 9


def python_fault(python: str, node: Node) -> AssemblerError | None:
    """What is wrong with a Python as it is asked for."""
    match = _PYTHON.fullmatch(python)
    if match is None:
        message = f"`{python}` is no version of Python such as `3.12` or `3.12.4`"
        found = re.search(r"3\.\d{1,3}", python)
        hints = (f'write "{found.group()}": a minor version and all its patches',) if found else ()
        return ConfigurationError(message, origin=node.origin, hints=hints)
    if int(match.group(1)) < _OLDEST_MINOR:
        message = f"Python {python} is too old: 3.{_OLDEST_MINOR} is the oldest that is supported"
        return ConfigurationError(message, origin=node.origin)
    return None
