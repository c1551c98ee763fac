"""Package indexes by the Simple Repository API (PEP 503, 691 and their successors)."""

from assembler.adapters.simple_index.index import SimpleIndex
from assembler.adapters.simple_index.settings import IndexSettings

__all__ = ["IndexSettings", "SimpleIndex"]
