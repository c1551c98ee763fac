"""Options of parts."""

import msgspec

from assembler.model.text import Text


class NoOptions(msgspec.Struct, frozen=True, kw_only=True):
    """No options."""


class SomeText(msgspec.Struct, frozen=True, kw_only=True):
    """One text."""

    text: Text
