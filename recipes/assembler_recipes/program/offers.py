"""The scripts that a program's distributions offer."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from assembler.api import (
    CallFunction,
    ConfigurationError,
    Link,
    Origin,
    RunBinary,
    RunScript,
    StoredWheel,
    WheelSet,
    is_reference,
)
from assembler_recipes.program.naming import is_launcher_name


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A script that a distribution offers; `requested`: the program lists that distribution.

    `link` puts the script's file where the launcher finds it.
    """

    name: str
    distribution: str
    requested: bool
    start: CallFunction | RunScript | RunBinary
    link: Link | None = None


def offers(program: WheelSet) -> Mapping[str, tuple[Offer, ...]]:
    """The offers by script name, those of requested distributions first."""
    found: dict[str, list[Offer]] = {}
    wheels = sorted(
        program.wheels, key=lambda wheel: (wheel.name not in program.requested, wheel.name)
    )
    linked = [link for link in program.links if link.path.startswith("bin/")]
    for wheel in wheels:
        own: dict[str, Offer] = {}
        for offer in _of_wheel(wheel, linked, requested=wheel.name in program.requested):
            if is_launcher_name(offer.name):
                own.setdefault(offer.name, offer)
        for name, offer in own.items():
            found.setdefault(name, []).append(offer)
    return {name: tuple(found[name]) for name in sorted(found)}


def pick(
    name: str, offered: Mapping[str, tuple[Offer, ...]], program: str, origin: Origin
) -> Offer:
    """The offer of that name. Raises `ConfigurationError` where there is none, or no best one."""
    if name not in offered:
        raise _unknown(name, offered, program, origin)
    best, *others = offered[name]
    for other in others:
        if other.requested == best.requested and other.start != best.start:
            raise ConfigurationError(
                f"`{best.distribution}` and `{other.distribution}` both offer the script `{name}` "
                f"in program `{program}`",
                origin=origin,
                hints=("name the launchers to show, and write this one with `entry-point`",),
            )
    return best


def _unknown(
    name: str, offered: Mapping[str, tuple[Offer, ...]], program: str, origin: Origin
) -> ConfigurationError:
    from difflib import get_close_matches  # noqa: PLC0415 - only a fault needs it

    near = get_close_matches(name, offered, 1)
    return ConfigurationError(
        f"no distribution of program `{program}` offers the script `{name}`",
        origin=origin,
        details=(f"scripts there are: {', '.join(f'`{script}`' for script in offered) or 'none'}",),
        hints=tuple(f"did you mean `{script}`?" for script in near),
    )


def _of_wheel(wheel: StoredWheel, linked: Sequence[Link], *, requested: bool) -> Iterator[Offer]:
    """The offers of one wheel; `linked` are the links in the environment's `bin`."""
    for point in wheel.entry_points:
        if is_reference(point.module) and is_reference(point.attribute):
            yield Offer(
                name=point.name,
                distribution=wheel.name,
                requested=requested,
                start=CallFunction(module=point.module, attribute=point.attribute),
            )
    for script in wheel.scripts:
        path = f"libexec/{wheel.name}/{script}"
        yield Offer(
            name=script,
            distribution=wheel.name,
            requested=requested,
            start=RunScript(path=path),
            link=Link(path, f"{wheel.key}/scripts/{script}"),
        )
    binaries = {name: f"{wheel.key}/scripts/{name}" for name in wheel.binaries}
    for link in linked:
        if link.target.startswith(f"{wheel.key}/"):
            binaries[link.path.removeprefix("bin/")] = link.target
    for name, target in binaries.items():
        path = f"libexec/{wheel.name}/{name}"
        yield Offer(
            name=name,
            distribution=wheel.name,
            requested=requested,
            start=RunBinary(path=path),
            link=Link(path, target),
        )
