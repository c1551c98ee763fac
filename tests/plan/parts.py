"""Options of parts for tests of plans."""

from collections.abc import Mapping

import msgspec

from assembler.model.text import Text


class Inner(msgspec.Struct, frozen=True, rename="kebab"):
    extra_args: tuple[Text, ...] = ()


class Options(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    run_line: Text = Text()
    env: Mapping[str, Text] = {}
    launchers: Mapping[str, Inner] = {}
    plain: int = 0
