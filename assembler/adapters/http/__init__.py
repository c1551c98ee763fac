"""HTTP for reading, and `file:` URLs."""

from assembler.adapters.http.access import Access
from assembler.adapters.http.client import PooledHttp

__all__ = ["Access", "PooledHttp"]
