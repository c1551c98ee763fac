"""Commands that take turns, as a courtesy: with a prefix, and with what is in the cache."""

from assembler.adapters.turns.cache_lock import FolderCacheLock
from assembler.adapters.turns.prefix_lock import FilePrefixLock

__all__ = ["FilePrefixLock", "FolderCacheLock"]
