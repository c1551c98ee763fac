"""The stable paths of a prefix: one part each, and nothing of the user's in the way."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

import msgspec

from assembler.errors import ConfigurationError
from assembler.model.layout import OWN, STABLE, STATE
from assembler.origin import Origin
from assembler.plan.paths import ancestors

_RESERVED = (OWN, ".gitignore")


class Exposure(msgspec.Struct, frozen=True):
    """A stable path and the part that it leads to."""

    path: str
    part: str
    origin: Origin | None


def check(
    exposures: Sequence[Exposure], standing: Mapping[str, str], prefix: str
) -> Iterator[ConfigurationError]:
    """What is wrong with the stable paths of a prefix in which these names stand."""
    yield from _twice(exposures)
    yield from _nested(exposures)
    yield from _twins(exposures)
    seen: set[str] = set()
    for exposure in exposures:
        top = exposure.path.partition("/")[0]
        if top in _RESERVED:
            message = f"part `{exposure.part}`: `{top}` is assembler's own"
            yield ConfigurationError(message, origin=exposure.origin)
        elif top == STATE:
            message = f"part `{exposure.part}`: `{top}` is for state, not for what is built"
            yield ConfigurationError(message, origin=exposure.origin)
        elif top not in seen and standing.get(top, f"{STABLE}/{top}") != f"{STABLE}/{top}":
            yield _in_the_way(exposure, PurePosixPath(prefix, top))
        seen.add(top)


def _in_the_way(exposure: Exposure, path: PurePosixPath) -> ConfigurationError:
    return ConfigurationError(
        f"`{path}` is in the way: part `{exposure.part}` needs a link there",
        origin=exposure.origin,
        hints=["move it away, or build elsewhere with `--prefix`"],
    )


def _twice(exposures: Sequence[Exposure]) -> Iterator[ConfigurationError]:
    owners: dict[str, Exposure] = {}
    for exposure in exposures:
        first = owners.setdefault(exposure.path, exposure)
        if first is exposure:
            continue
        if first.part == exposure.part:
            message = f"part `{exposure.part}` puts two things at `{exposure.path}`"
            yield ConfigurationError(message, origin=exposure.origin)
        else:
            yield _shared(first, exposure)


def _shared(first: Exposure, second: Exposure) -> ConfigurationError:
    directory, _, name = second.path.rpartition("/")
    other = f'{{ "{name}-2" = "{name}" }}'
    hint = (
        f"write `scripts = {other}` in one of them, or leave `{name}` out of its launchers"
        if directory == "bin"
        else f"give one of them another path than `{second.path}`"
    )
    return ConfigurationError(
        f"parts `{first.part}` and `{second.part}` both offer `{second.path}`",
        origin=second.origin,
        details=[f"`{first.part}`: {first.origin}"] if first.origin else [],
        hints=[hint],
    )


def _nested(exposures: Sequence[Exposure]) -> Iterator[ConfigurationError]:
    owners = {exposure.path: exposure for exposure in exposures}
    for exposure in exposures:
        for above in ancestors(exposure.path):
            if above in owners:
                yield ConfigurationError(
                    f"`{exposure.path}` of part `{exposure.part}` lies in `{above}`, "
                    f"which part `{owners[above].part}` offers as a whole",
                    origin=exposure.origin,
                )


def _twins(exposures: Sequence[Exposure]) -> Iterator[ConfigurationError]:
    spelled: dict[str, Exposure] = {}
    for exposure in exposures:
        for path in (exposure.path, *ancestors(exposure.path)):
            first = spelled.setdefault(path.casefold(), Exposure(path, exposure.part, None))
            if first.path != path:
                yield ConfigurationError(
                    f"`{path}` of part `{exposure.part}` and `{first.path}` of part "
                    f"`{first.part}` differ in case only",
                    origin=exposure.origin,
                )
                break
