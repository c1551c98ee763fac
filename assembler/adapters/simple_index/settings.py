"""How an index adapter works: its cache, and whether it may ask anybody."""

import time
from collections.abc import Callable
from pathlib import PurePath

import msgspec

from assembler.model.limits import DEFAULTS, Limits


class IndexSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The user's cache directory; `offline` asks nobody; `clock` tells seconds since 1970.

    `flat` holds the URLs of the indexes that are one page, or folder, of links.
    """

    cache: PurePath
    offline: bool = False
    flat: frozenset[str] = frozenset()
    limits: Limits = DEFAULTS
    clock: Callable[[], float] = time.time
