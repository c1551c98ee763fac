"""The Python of a program: all patches of a minor version, or a patch and later ones."""

import re

from assembler.errors import ConfigurationError
from assembler.solve.environment import PythonVersion

_VERSION = re.compile(r"(3)\.(\d+)(?:\.(\d+))?")
_OLDEST_MINOR = 9


def parse_python(text: str, program: str) -> PythonVersion:
    """The lowest full version that `3.12` or `3.12.4` means. Raises `ConfigurationError`."""
    found = _VERSION.fullmatch(text.strip())
    if not found or int(found[2]) < _OLDEST_MINOR:
        raise ConfigurationError(
            f"`{text}`, the Python of `{program}`, is none that can be locked for",
            hints=["name a minor version such as `3.12`, or a full one such as `3.12.4`"],
        )
    return int(found[1]), int(found[2]), int(found[3] or 0)
