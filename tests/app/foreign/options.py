"""Options of parts that need none."""

import msgspec


class NoOptions(msgspec.Struct, frozen=True, kw_only=True):
    """No options."""
