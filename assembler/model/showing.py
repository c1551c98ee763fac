"""What a part shows in the prefix of the files and folders that it makes."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from assembler.errors import ConfigurationError
from assembler.model.part import Part
from assembler.model.relative import relative_path

Shown: TypeAlias = tuple[str, ...] | Mapping[str, str]
"""Paths that are shown as they are, or a table of a path below the prefix to one in the part."""


def shown_outputs(
    part: Part, expose: Shown, outputs: Sequence[str] | None = None
) -> Mapping[str, str]:
    """What the part's key `expose` shows, by stable path; what an output holds may be shown too.

    Raises `ConfigurationError` for what is no output, where these are known.
    """
    keyed = (
        [((key,), key, output) for key, output in expose.items()]
        if isinstance(expose, Mapping)
        else [((position,), output, output) for position, output in enumerate(expose)]
    )
    shown: dict[str, str] = {}
    for key, path, output in keyed:
        origin = part.origin_of("expose", *key)
        target = relative_path(output, origin)
        if outputs is not None and not any(
            target == made or target.startswith(f"{made}/") for made in outputs
        ):
            raise ConfigurationError(
                f"`{output}` is none of the outputs of part `{part.name}`", origin=origin
            )
        shown[relative_path(path, origin)] = target
    return shown
