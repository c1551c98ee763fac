"""Units of systemd: services, sockets, timers and path units."""

import re
from collections.abc import Iterable, Iterator, Mapping

from assembler.api import (
    Assembled,
    AtDeployment,
    CheckOutput,
    ConfigurationError,
    Expose,
    InstallFile,
    ManageService,
    Needs,
    Outputs,
    Part,
    Place,
    Refresh,
    Secret,
    Step,
    Text,
    WriteFile,
    WriteLiveFile,
    command_words,
)
from assembler_recipes.systemd.options import (
    PathOptions,
    ServiceOptions,
    SocketOptions,
    SystemdOptions,
    TimerOptions,
)
from assembler_recipes.systemd.sections import CREDENTIALS, Sections
from assembler_recipes.systemd.units import Section, unit

_NAME = re.compile(r"[A-Za-z0-9:_.\\@-]{1,200}")
_FOLDER = "units"
_KINDS = {"services": "service", "sockets": "socket", "timers": "timer", "paths": "path"}


class Systemd:
    """Writes units, which deployment installs, starts, and restarts when what they run changes.

    `${parts.X.path}` is the folder of the units.
    """

    options: type[SystemdOptions] = SystemdOptions

    def declare(self, part: Part) -> Needs:
        """Nothing. Raises `ConfigurationError` for names and options that can't be."""
        options = part.typed(SystemdOptions)
        if options.manager == "user" and options.directory is None:
            raise ConfigurationError(
                "units of a user's manager need `directory`",
                origin=part.origin_of("manager"),
                hints=('write for example `directory = "${env.HOME}/.config/systemd/user"`',),
            )
        for kind in _KINDS:
            for name in getattr(options, kind):
                if not _NAME.fullmatch(name):
                    raise ConfigurationError(
                        f"`{name}` can't be the name of a unit",
                        origin=part.origin_of(kind, name),
                        hints=("letters, digits and `:_.@-` can",),
                    )
        if not _names(options):
            raise ConfigurationError(f"part `{part.name}` has no units", origin=part.origin)
        return Needs()

    def outputs(self, part: Part) -> Outputs:
        """`path`: the folder of the units."""
        return {"path": Text((Place(root="part", part=part.name, path=_FOLDER),))}

    def realise(self, part: Part, assembled: Assembled) -> tuple[Step, ...]:  # noqa: ARG002 - the protocol's
        """Write and check the units, and say how they are deployed."""
        options = part.typed(SystemdOptions)
        written = {name: unit(sections) for name, sections in _units(part)}
        stable = {f"{_FOLDER}/{name}": text.stable() for name, text in written.items()}
        return (
            *_credentials(options),
            *(WriteFile(path=path, content=text) for path, text in stable.items()),
            _check(written, options),
            *(Expose(path=f"etc/systemd/{name}", target=f"{_FOLDER}/{name}") for name in written),
            *_deployed(part, written),
        )


def _names(options: SystemdOptions) -> Mapping[str, str]:
    """The units of a part: what they are called in it, and their unit names."""
    names: dict[str, str] = {}
    for kind, suffix in _KINDS.items():
        for name in getattr(options, kind):
            names[f"{name}.{suffix}"] = f"{name}.{suffix}"
            names.setdefault(name, f"{name}.{suffix}")
    return names


def _triggered(options: SystemdOptions) -> frozenset[str]:
    """The services that other units of the part start."""
    kinds = ("socket", "timer", "path")
    return frozenset(name for kind in kinds for name in _started_by(options, kind).values())


def _started_by(options: SystemdOptions, kind: str) -> Mapping[str, str]:
    """The service that each unit of a kind starts."""
    kinds: Mapping[str, Mapping[str, SocketOptions | TimerOptions | PathOptions]] = {
        "socket": options.sockets,
        "timer": options.timers,
        "path": options.paths,
    }
    units = kinds[kind].items()
    return {name: (each.service or name).removesuffix(".service") for name, each in units}


def _units(part: Part) -> Iterator[tuple[str, Iterable[Section]]]:
    options = part.typed(SystemdOptions)
    sections = Sections(part, _names(options))
    triggered = _triggered(options)
    for name, service in options.services.items():
        yield f"{name}.service", sections.service(name, service, triggered=name in triggered)
    for name, socket in options.sockets.items():
        yield f"{name}.socket", sections.socket(name, socket)
    for name, timer in options.timers.items():
        yield f"{name}.timer", sections.timer(name, timer)
    for name, path in options.paths.items():
        yield f"{name}.path", sections.path(name, path)


def _credentials(options: SystemdOptions) -> Iterator[Step]:
    names = {name for service in options.services.values() for name in service.credentials}
    for name in sorted(names):
        yield WriteLiveFile(path=f"{CREDENTIALS}/{name}", content=Text((Secret(name),)))


def _check(written: Mapping[str, Text], options: SystemdOptions) -> Step:
    manager = ("--user",) if options.manager == "user" else ()
    arguments = ("verify", *manager, "--man=no", "--recursive-errors=no", *written)
    return CheckOutput(
        tool="systemd-analyze",
        arguments=tuple(Text.of(word) for word in arguments),
        files=written,
    )


def _deployed(part: Part, written: Mapping[str, Text]) -> Iterator[Step]:
    options = part.typed(SystemdOptions)
    directory = options.directory or "/etc/systemd/system"
    for name in written:
        source = f"{_FOLDER}/{name}"
        yield AtDeployment(action=InstallFile(path=f"{directory}/{name}", source=source))
    yield AtDeployment(action=Refresh(command=_systemctl(options, "daemon-reload")))
    triggered = _triggered(options)
    for name in written:
        stem, _, kind = name.rpartition(".")
        if kind == "service" and stem not in triggered:
            yield AtDeployment(action=_managed_service(part, stem, written[name]))
        elif kind != "service":
            yield AtDeployment(action=_managed_trigger(part, name, written))


def _managed_service(part: Part, name: str, written: Text) -> ManageService:
    options = part.typed(SystemdOptions)
    service = options.services[name]
    reloads = Text() if service.reload is None else Text.of(*service.reloads_on)
    return ManageService(
        name=f"{name}.service",
        start=_systemctl(options, "enable", "--now", f"{name}.service"),
        stop=_systemctl(options, "disable", "--now", f"{name}.service"),
        restart=_systemctl(options, "restart", f"{name}.service"),
        reload=() if service.reload is None else _systemctl(options, "reload", f"{name}.service"),
        inputs=written.without(reloads),
        reloads=Text.of(*service.reloads_on),
        check=_checked(part, name, service),
        patience=service.patience,
    )


def _checked(part: Part, name: str, service: ServiceOptions) -> tuple[Text, ...]:
    if service.check is not None:
        return command_words(service.check, part.origin_of("services", name, "check"))
    if service.type == "oneshot":
        return ()
    return _systemctl(part.typed(SystemdOptions), "is-active", "--quiet", f"{name}.service")


def _managed_trigger(part: Part, name: str, written: Mapping[str, Text]) -> ManageService:
    """A unit that starts a service: both are taken anew when either changes."""
    options = part.typed(SystemdOptions)
    stem, _, kind = name.rpartition(".")
    service = f"{_started_by(options, kind)[stem]}.service"
    restarted = (name, service) if kind == "socket" else (name,)
    return ManageService(
        name=name,
        start=_systemctl(options, "enable", "--now", name),
        stop=_systemctl(options, "disable", "--now", name),
        restart=_systemctl(options, "restart", *restarted),
        inputs=Text.of(written[name], written.get(service, Text())),
        check=_systemctl(options, "is-active", "--quiet", name),
    )


def _systemctl(options: SystemdOptions, *words: str) -> tuple[Text, ...]:
    manager = ("--user",) if options.manager == "user" else ()
    return tuple(Text.of(word) for word in ("systemctl", *manager, *words))


recipe = Systemd()
