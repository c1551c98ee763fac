"""Programs: one environment of distributions each, and launchers for it."""

from collections.abc import Iterator, Mapping

from assembler.api import (
    Assembled,
    ConfigurationError,
    Constraint,
    Expose,
    GroupRequest,
    Launcher,
    Link,
    LinkWheels,
    Needs,
    Part,
    Place,
    ProgramRequest,
    Root,
    RunBinary,
    SolveGroup,
    Step,
    TargetName,
    Text,
    WheelSet,
    WriteFile,
    launcher_script,
    program_name,
    relative_path,
)
from assembler_recipes.program.naming import (
    NamedLauncher,
    OfferedScript,
    named_launchers,
    names_none,
)
from assembler_recipes.program.offers import Offer, offers, pick
from assembler_recipes.program.options import ProgramOptions
from assembler_recipes.program.overrides import override

Offered = Mapping[str, tuple[Offer, ...]]


class Program:
    """Makes a virtual environment and, in its `bin`, a launcher for everything that it offers.

    The prefix's `bin` shows those that the part names; if it names none, the scripts of the
    distributions that it lists.
    """

    options: type[ProgramOptions] = ProgramOptions

    def declare(self, part: Part) -> Needs:
        """One program of the part's name. Raises `ConfigurationError` for a wrong launcher."""
        named_launchers(part)
        options = part.typed(ProgramOptions)
        roots = (
            Root(requirement, part.origin_of("requires", position))
            for position, requirement in enumerate(options.requires)
        )
        constraints = (
            Constraint(name, specifier, part.origin_of("constraints", name))
            for name, specifier in options.constraints.items()
        )
        overrides = (
            override(name, each, part.origin_of("overrides", name))
            for name, each in options.overrides.items()
        )
        targets = (
            TargetName(name, part.origin_of("targets", position))
            for position, name in enumerate(options.targets)
        )
        group = options.solve_group
        request = ProgramRequest(
            name=program_name(part.name),
            roots=tuple(roots),
            groups=tuple(_groups(part)),
            python=options.python,
            constraints=tuple(constraints),
            overrides=tuple(overrides),
            targets=tuple(targets),
            solve_group=SolveGroup(group, part.origin_of("solve-group")) if group else None,
        )
        return Needs(programs=(request,))

    def realise(self, part: Part, assembled: Assembled) -> tuple[Step, ...]:
        """The environment, its launchers, and what the prefix shows of them."""
        options = part.typed(ProgramOptions)
        program = assembled.programs[program_name(part.name)]
        offered = offers(program)
        named = {launcher.name: launcher for launcher in named_launchers(part)}
        launchers = _offered_launchers(options, offered)
        for name, launcher in named.items():
            launchers[name] = _launcher(part, launcher, offered)
        shown = sorted({*named, *_shown_unnamed(part, offered)})
        links, written = _files(program, offered, launchers)
        return (
            LinkWheels(
                python=program.python,
                wheels=program.wheels,
                links=links,
                extra_paths=tuple(_extra_paths(part)),
            ),
            *(_write(name, written[name], program) for name in sorted(written)),
            *(Expose(path=f"bin/{name}", target=f"bin/{name}") for name in shown),
        )


def _groups(part: Part) -> Iterator[GroupRequest]:
    for position, text in enumerate(part.typed(ProgramOptions).groups):
        yield GroupRequest.parsed(text, part.origin_of("groups", position))


def _extra_paths(part: Part) -> Iterator[Text]:
    """The extra paths; one that is relative starts at the checkout."""
    for position, path in enumerate(part.typed(ProgramOptions).extra_paths):
        written = path.literal
        if written is None or written.startswith("/"):
            yield path
        else:
            relative = relative_path(written, part.origin_of("extra-paths", position))
            yield Text((Place(root="project", path=relative),))


def _offered_launchers(options: ProgramOptions, offered: Offered) -> dict[str, Launcher]:
    environment = tuple(sorted(options.env.items(), key=_name))
    return {
        name: Launcher(start=found[0].start, environment=environment)
        for name, found in offered.items()
    }


def _launcher(part: Part, named: NamedLauncher, offered: Offered) -> Launcher:
    start = named.start
    chosen = (
        pick(start.name, offered, part.name, named.origin).start
        if isinstance(start, OfferedScript)
        else start
    )
    if isinstance(chosen, RunBinary) and named.initialisation:
        raise ConfigurationError(
            f"launcher `{named.name}` is not Python, and has no `init`", origin=named.origin
        )
    environment = {**part.typed(ProgramOptions).env, **named.environment}
    return Launcher(
        start=chosen,
        arguments=named.arguments,
        environment=tuple(sorted(environment.items(), key=_name)),
        initialisation=named.initialisation,
    )


def _name(variable: tuple[str, Text]) -> str:
    return variable[0]


def _shown_unnamed(part: Part, offered: Offered) -> Iterator[str]:
    """The names of scripts that are shown without being named one by one."""
    options = part.typed(ProgramOptions)
    every = options.scripts == "all"
    if not (every or names_none(options)):
        return
    named = {launcher.name for launcher in named_launchers(part)}
    for name, found in offered.items():
        if name not in named and (every or found[0].requested):
            pick(name, offered, part.name, part.origin_of("scripts"))
            yield name


def _files(
    program: WheelSet, offered: Offered, launchers: Mapping[str, Launcher]
) -> tuple[tuple[Link, ...], Mapping[str, Launcher]]:
    """The environment's links, and the launchers to write.

    A binary that starts as it is needs none: its own link does.
    """
    written = {
        name: launcher
        for name, launcher in launchers.items()
        if not (isinstance(launcher.start, RunBinary) and launcher == _plain(name, offered))
    }
    replaced = {f"bin/{name}" for name in launchers}
    links = {link for link in program.links if link.path not in replaced}
    for name in launchers.keys() - written.keys():
        links |= {
            Link(f"bin/{name}", offer.link.target) for offer in offered[name][:1] if offer.link
        }
    started = {launcher.start for launcher in written.values()}
    for found in offered.values():
        links |= {offer.link for offer in found if offer.link and offer.start in started}
    return tuple(sorted(links)), written


def _plain(name: str, offered: Offered) -> Launcher | None:
    return Launcher(start=offered[name][0].start) if name in offered else None


def _write(name: str, launcher: Launcher, program: WheelSet) -> WriteFile:
    content = launcher_script(launcher, program.python.minor)
    return WriteFile(path=f"bin/{name}", content=content, executable=True)


recipe = Program()
