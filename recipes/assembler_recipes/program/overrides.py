"""A program's overrides."""

import re

from assembler.api import ConfigurationError, Origin, Override
from assembler_recipes.program.options import OverrideOptions

_EXAMPLE = '`{ version = "==2.2.1", because = "…" }`, or `{ exclude = true, because = "…" }`'


def override(name: str, options: OverrideOptions | str, origin: Origin) -> Override:
    """The override of one distribution; an empty text takes the lock's away.

    Raises `ConfigurationError`.
    """
    normalised = re.sub(r"[-_.]+", "-", name).lower()
    if isinstance(options, str):
        if options:
            message = f"an override is a table with its reason, not `{options}`"
            raise ConfigurationError(message, origin=origin, hints=(f"write {_EXAMPLE}",))
        return Override(name=normalised, origin=origin)
    if options.exclude == (options.version is not None):
        words = "both" if options.exclude else "neither of them"
        message = f"an override has either `version` or `exclude`, this one {words}"
        raise ConfigurationError(message, origin=origin, hints=(f"write {_EXAMPLE}",))
    if not options.because.strip():
        raise ConfigurationError("the override says no reason", origin=origin)
    return Override(
        name=normalised,
        specifier=None if options.version is None else options.version.strip(),
        exclude=options.exclude,
        because=options.because,
        origin=origin,
    )
