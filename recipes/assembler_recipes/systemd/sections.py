"""The sections of each kind of unit."""

from collections.abc import Iterator, Mapping, Sequence

from assembler.api import ConfigurationError, Part, Place, Text, command_words
from assembler_recipes.systemd.hardening import hardening
from assembler_recipes.systemd.options import (
    PathOptions,
    ServiceOptions,
    SocketOptions,
    SystemdOptions,
    TimerOptions,
    UnitOptions,
)
from assembler_recipes.systemd.units import (
    Line,
    Section,
    assignment,
    command,
    path,
    paths,
    plain,
    settings,
)

CREDENTIALS = "credentials"
"""The folder of the files that hold services' credentials."""


class Sections:
    """Writes the units of one part; `names` maps what they are called here to unit names."""

    def __init__(self, part: Part, names: Mapping[str, str]) -> None:
        self._part = part
        self._options = part.typed(SystemdOptions)
        self._names = names

    def service(self, name: str, unit: ServiceOptions, *, triggered: bool) -> Iterator[Section]:
        """A service; one that another unit starts is not started at boot."""
        yield self._unit("services", name, unit)
        yield "Service", tuple(self._service(name, unit))
        usual = "default.target" if self._options.manager == "user" else "multi-user.target"
        yield from self._install(unit, () if triggered else (usual,))

    def socket(self, name: str, unit: SocketOptions) -> Iterator[Section]:
        """A socket."""
        listen = (unit.listen,) if isinstance(unit.listen, str) else unit.listen
        lines = [*plain("ListenStream", *listen), *self._triggers(unit.service)]
        yield self._unit("sockets", name, unit)
        yield "Socket", (*lines, *settings(unit.settings))
        yield from self._install(unit, ("sockets.target",))

    def timer(self, name: str, unit: TimerOptions) -> Iterator[Section]:
        """A timer. Raises `ConfigurationError` where it says no time."""
        calendar = (unit.calendar,) if isinstance(unit.calendar, str) else unit.calendar
        if not calendar and unit.every is None:
            raise ConfigurationError(
                f"timer `{name}` must have `calendar` or `every`",
                origin=self._part.origin_of("timers", name),
            )
        lines = [*plain("OnCalendar", *calendar)]
        if unit.every is not None:
            lines += [*plain("OnBootSec", unit.every), *plain("OnUnitActiveSec", unit.every)]
        if calendar and unit.persistent:
            lines += plain("Persistent", "yes")
        lines += self._triggers(unit.service)
        yield self._unit("timers", name, unit)
        yield "Timer", (*lines, *settings(unit.settings))
        yield from self._install(unit, ("timers.target",))

    def path(self, name: str, unit: PathOptions) -> Iterator[Section]:
        """A path unit. Raises `ConfigurationError` where it watches nothing."""
        lines = [
            *plain("PathChanged", *unit.changed),
            *plain("PathExistsGlob", *unit.exists),
            *plain("DirectoryNotEmpty", *unit.not_empty),
        ]
        if not lines:
            raise ConfigurationError(
                f"path unit `{name}` must have `changed`, `exists` or `not-empty`",
                origin=self._part.origin_of("paths", name),
            )
        yield self._unit("paths", name, unit)
        yield "Path", (*lines, *self._triggers(unit.service), *settings(unit.settings))
        yield from self._install(unit, ("paths.target",))

    def _unit(self, kind: str, name: str, unit: UnitOptions) -> Section:
        required = self._units(kind, name, "requires", unit.requires)
        wanted = self._units(kind, name, "wants", unit.wants)
        after = (*self._units(kind, name, "after", unit.after), *required, *wanted)
        description = unit.description or f"{name} ({self._part.name})"
        return "Unit", (
            *plain("Description", description.replace("%", "%%")),
            *plain("Requires", *required),
            *plain("Wants", *wanted),
            *plain("After", *dict.fromkeys(after)),
            *settings(unit.unit_settings),
        )

    def _service(self, name: str, unit: ServiceOptions) -> Iterator[Line]:
        yield from plain("Type", unit.type)
        yield from self._commands(name, unit)
        yield from self._identity(name, unit)
        yield from self._environment(name, unit)
        for secret in unit.credentials:
            yield "LoadCredential", Text.of(f"{secret}:", credential(self._part, secret))
        if unit.type != "oneshot":
            yield from plain("Restart", unit.restart or self._options.restart)
        grade = unit.hardening or self._options.hardening
        for key, value in hardening(grade, self._options.manager).items():
            yield from () if key in unit.settings else plain(key, value)
        for folder in unit.writable:
            yield paths("ReadWritePaths", folder)
        yield from settings(unit.settings)

    def _commands(self, name: str, unit: ServiceOptions) -> Iterator[Line]:
        at = self._part.origin_of
        for position, each in enumerate(unit.before):
            yield command(
                "ExecStartPre", command_words(each, at("services", name, "before", position))
            )
        yield command("ExecStart", command_words(unit.run, at("services", name, "run")))
        if unit.reload is not None:
            yield command("ExecReload", command_words(unit.reload, at("services", name, "reload")))
        if unit.stop is not None:
            yield command("ExecStop", command_words(unit.stop, at("services", name, "stop")))

    def _environment(self, name: str, unit: ServiceOptions) -> Iterator[Line]:
        for variable, value in unit.env.items():
            if value.secrets:
                raise ConfigurationError(
                    f"a unit can't hold a secret, as everybody can read it: `{variable}`",
                    origin=self._part.origin_of("services", name, "env", variable),
                    hints=("use `credentials`, or an `env-file` part in `env-files`",),
                )
            yield assignment("Environment", variable, value)
        for position, each in enumerate(unit.env_files):
            at = self._part.origin_of("services", name, "env-files", position)
            yield path("EnvironmentFile", each, at)

    def _identity(self, name: str, unit: ServiceOptions) -> Iterator[Line]:
        user = unit.user or self._options.user
        group = unit.group or self._options.group
        yield from plain("User", *((user,) if user else ()))
        yield from plain("Group", *((group,) if group else ()))
        if unit.directory is not None:
            at = self._part.origin_of("services", name, "directory")
            yield path("WorkingDirectory", unit.directory, at)

    def _triggers(self, service: str | None) -> Iterator[Line]:
        if service is not None:
            yield from plain("Unit", self._names.get(service, service))

    def _units(self, kind: str, name: str, key: str, given: Sequence[str]) -> tuple[str, ...]:
        """Unit names: those of this part may be written without their suffix."""
        for position, each in enumerate(given):
            if each not in self._names and "." not in each:
                raise ConfigurationError(
                    f"there is no unit `{each}` in part `{self._part.name}`",
                    origin=self._part.origin_of(kind, name, key, position),
                    hints=(f"others are written with their suffix: `{each}.service`",),
                )
        return tuple(self._names.get(each, each) for each in given)

    def _install(self, unit: UnitOptions, usual: Sequence[str]) -> Iterator[Section]:
        wanted_by = usual if unit.wanted_by is None else unit.wanted_by
        yield "Install", tuple(plain("WantedBy", *wanted_by))


def credential(part: Part, secret: str) -> Text:
    """The path of the live file that holds a credential."""
    return Text((Place(root="part", part=part.name, path=f"{CREDENTIALS}/{secret}"),))
