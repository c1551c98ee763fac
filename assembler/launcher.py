"""Launchers: small programs that start an entry point in the environment they stand in."""

import msgspec

from assembler.model.text import Text


class Launcher(msgspec.Struct, frozen=True, kw_only=True):
    """What a launcher starts: exactly one of entry point, module, script file or interpreter."""

    entry_point: str | None = None
    module: str | None = None
    script: str | None = None
    interpreter: bool = False
    arguments: tuple[Text, ...] = ()
    environment: tuple[tuple[str, Text], ...] = ()
    initialisation: str = ""


def launcher_script(launcher: Launcher, python: str) -> Text:
    """The text of a launcher."""
    raise NotImplementedError
