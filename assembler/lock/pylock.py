"""A lock as the text of a `pylock.toml`: a multi-use lock file of PEP 751, there and back."""

from assembler.lock.reading import loads
from assembler.lock.writing import dumps

__all__ = ["dumps", "loads"]
