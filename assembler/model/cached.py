"""What the cache holds, as far as more than one of its keepers must know."""

import msgspec

BUILT_MANIFEST = "manifest.json"
"""The file that describes a built wheel, beside it."""

LOCKS = "locks"
"""The folder of lock files, which is no part of what the cache holds."""


class BuiltWheel(msgspec.Struct, frozen=True, kw_only=True):
    """What a directory of the cache holds: the wheel's file name, size in bytes and sha256."""

    filename: str
    size: int
    sha256: str


class CacheEntry(msgspec.Struct, frozen=True, kw_only=True):
    """Something in the cache that is dropped as a whole: path, size in bytes, last use (ns)."""

    path: str
    size: int
    used: int
