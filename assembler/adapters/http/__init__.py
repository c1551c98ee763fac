"""HTTP for reading, and `file:` URLs."""

from assembler.adapters.http.client import PooledHttp

__all__ = ["PooledHttp"]
