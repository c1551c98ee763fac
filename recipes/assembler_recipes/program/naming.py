"""The launchers that a program names, in whichever of the forms."""

import re
from collections.abc import Iterator, Mapping

import msgspec

from assembler.api import (
    CallFunction,
    ConfigurationError,
    Origin,
    Part,
    RunInterpreter,
    RunModule,
    Text,
    is_reference,
    is_variable,
    split_words,
)
from assembler_recipes.program.options import LauncherOptions, ProgramOptions

_PYTHON = re.compile(r"python[0-9.]*")


class OfferedScript(msgspec.Struct, frozen=True):
    """A launcher starts the script of this name that a distribution offers."""

    name: str


class NamedLauncher(msgspec.Struct, frozen=True, kw_only=True):
    """A launcher that the part names: what it starts, and how. `environment` is its own alone."""

    name: str
    start: OfferedScript | CallFunction | RunModule | RunInterpreter
    arguments: tuple[Text, ...] = ()
    environment: Mapping[str, Text] = {}
    initialisation: str = ""
    origin: Origin


def named_launchers(part: Part) -> tuple[NamedLauncher, ...]:
    """Every launcher that the part names. Raises `ConfigurationError` for a wrong one."""
    options = part.typed(ProgramOptions)
    _check_environment(part, options.env, "env")
    found: dict[str, NamedLauncher] = {}
    for launcher in _all_forms(part, options):
        _check_name(launcher.name, launcher.origin)
        if launcher.name in found:
            raise ConfigurationError(
                f"`{part.name}` has two launchers `{launcher.name}`",
                origin=launcher.origin,
                details=(f"the other one: {found[launcher.name].origin}",),
            )
        found[launcher.name] = launcher
    return tuple(found.values())


def names_none(options: ProgramOptions) -> bool:
    """Whether the part leaves it to its distributions which launchers are shown."""
    return not (options.launchers or options.entry_points or options.interpreter) and (
        options.scripts is None
    )


def _all_forms(part: Part, options: ProgramOptions) -> Iterator[NamedLauncher]:
    for name, launcher in options.launchers.items():
        yield _from_table(part, name, launcher)
    yield from _from_scripts(part, options)
    for name, reference in options.entry_points.items():
        origin = part.origin_of("entry-points", name)
        yield NamedLauncher(name=name, start=_function(reference, origin), origin=origin)
    if options.interpreter is not None:
        origin = part.origin_of("interpreter")
        yield NamedLauncher(name=options.interpreter, start=RunInterpreter(), origin=origin)


def _from_scripts(part: Part, options: ProgramOptions) -> Iterator[NamedLauncher]:
    if isinstance(options.scripts, Mapping):
        for name, script in options.scripts.items():
            origin = part.origin_of("scripts", name)
            yield NamedLauncher(name=name, start=OfferedScript(script), origin=origin)
    elif isinstance(options.scripts, tuple):
        for position, script in enumerate(options.scripts):
            origin = part.origin_of("scripts", position)
            yield NamedLauncher(name=script, start=OfferedScript(script), origin=origin)


def _from_table(part: Part, name: str, launcher: LauncherOptions) -> NamedLauncher:
    start, key = _start(part, name, launcher)
    if launcher.init and isinstance(start, RunInterpreter):
        raise ConfigurationError(
            f"launcher `{name}` is an interpreter, which has no `init`",
            origin=part.origin_of("launchers", name, "init"),
        )
    _check_environment(part, launcher.env, "launchers", name, "env")
    return NamedLauncher(
        name=name,
        start=start,
        arguments=_words(launcher.args, part.origin_of("launchers", name, "args")),
        environment=launcher.env,
        initialisation=launcher.init,
        origin=part.origin_of("launchers", name, key),
    )


def _start(
    part: Part, name: str, launcher: LauncherOptions
) -> tuple[OfferedScript | CallFunction | RunModule | RunInterpreter, str]:
    starts: list[tuple[OfferedScript | CallFunction | RunModule | RunInterpreter, str]] = []
    if launcher.script is not None:
        starts.append((OfferedScript(launcher.script), "script"))
    if launcher.entry_point is not None:
        origin = part.origin_of("launchers", name, "entry-point")
        starts.append((_function(launcher.entry_point, origin), "entry-point"))
    if launcher.module is not None:
        origin = part.origin_of("launchers", name, "module")
        starts.append((_module(launcher.module, origin), "module"))
    if launcher.interpreter:
        starts.append((RunInterpreter(), "interpreter"))
    if len(starts) != 1:
        raise ConfigurationError(
            f"launcher `{name}` must have one of `script`, `entry-point`, `module` and "
            f"`interpreter`, not {len(starts)}",
            origin=part.origin_of("launchers", name),
        )
    return starts[0]


def _function(reference: str, origin: Origin) -> CallFunction:
    module, _, attribute = (side.strip() for side in reference.partition(":"))
    if not (is_reference(module) and is_reference(attribute)):
        raise ConfigurationError(
            f"`{reference}` is no entry point",
            origin=origin,
            hints=("write `module:function`",),
        )
    return CallFunction(module=module, attribute=attribute)


def _module(name: str, origin: Origin) -> RunModule:
    if not is_reference(name):
        raise ConfigurationError(f"`{name}` is no module's name", origin=origin)
    return RunModule(module=name)


def _words(arguments: Text | tuple[Text, ...], origin: Origin) -> tuple[Text, ...]:
    if isinstance(arguments, tuple):
        return arguments
    try:
        return split_words(arguments)
    except ValueError as error:
        raise ConfigurationError(f"the arguments can't be split: {error}", origin=origin) from error


def _check_environment(part: Part, environment: Mapping[str, Text], *path: str) -> None:
    for name in environment:
        if not is_variable(name):
            raise ConfigurationError(
                f"`{name}` is no name of an environment variable",
                origin=part.origin_of(*path, name),
            )


def is_launcher_name(name: str) -> bool:
    """Whether a launcher can have this name beside the environment's own interpreter."""
    return (
        name not in {"", ".", ".."}
        and name.isprintable()
        and "/" not in name
        and not (_PYTHON.fullmatch(name))
    )


def _check_name(name: str, origin: Origin) -> None:
    if _PYTHON.fullmatch(name):
        raise ConfigurationError(
            f"a launcher can't be named `{name}`: that is the environment's own interpreter",
            origin=origin,
        )
    if not is_launcher_name(name):
        raise ConfigurationError(f"{name!r} is no name of a launcher", origin=origin)
