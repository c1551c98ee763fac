"""What a deployment must do: what a generation wants outside the prefix, against what is there."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath

import msgspec

from assembler.errors import AssemblerError, ConfigurationError, raise_all
from assembler.model.canonical import digest
from assembler.model.deployed import (
    CrontabBlock,
    DeployCommand,
    Deployed,
    Deployment,
    DeploymentPlan,
    ManagedService,
    OutsideFile,
    RefreshCommand,
)
from assembler.model.deployment import (
    Arguments,
    InstallCrontab,
    InstallFile,
    ManageService,
    Refresh,
    RunAtDeployment,
)
from assembler.model.layout import OWN
from assembler.model.manifest import Manifest
from assembler.model.places import Places, shown
from assembler.model.text import PartKey, Place, Text

NOTHING = Deployment(generation=0)
"""Nothing outside the prefix."""


def deployment_of(manifest: Manifest, live: Mapping[str, str]) -> Deployment:
    """What a generation keeps outside the prefix, its places looked up.

    `live` are hashes of what the live files of parts hold: services depend on them, too. Raises
    `ConfigurationError`, or `Faults`, where two parts want one path, service or crontab.
    """
    places = Places(
        prefix=manifest.prefix,
        project=manifest.project,
        directories={name: part.directory for name, part in manifest.parts.items()},
        keys={name: part.key for name, part in manifest.parts.items()},
        shown={name: shown(part.exposed) for name, part in manifest.parts.items()},
    )
    asked = [
        (_Asking(name, manifest, places, live), action)
        for name, part in manifest.parts.items()
        for action in part.deployment
    ]
    found = Deployment(
        generation=manifest.generation,
        files=tuple(one.file(each) for one, each in asked if isinstance(each, InstallFile)),
        crontabs=tuple(
            one.crontab(each) for one, each in asked if isinstance(each, InstallCrontab)
        ),
        refreshes=tuple(one.refresh(each) for one, each in asked if isinstance(each, Refresh)),
        commands=tuple(
            one.command(each) for one, each in asked if isinstance(each, RunAtDeployment)
        ),
        services=tuple(one.service(each) for one, each in asked if isinstance(each, ManageService)),
    )
    raise_all(tuple(_twice(found)))
    return found


class _Asking:
    """A part that asks for something outside the prefix."""

    def __init__(
        self, name: str, manifest: Manifest, places: Places, live: Mapping[str, str]
    ) -> None:
        self._name = name
        self._part = part = manifest.parts[name]
        self._parts = manifest.parts
        self._places = places
        self._live = live
        self._directory = PurePosixPath(places.prefix, OWN, "parts", part.directory)
        self._sha256 = {file.path: file.sha256 for file in part.files}

    def file(self, action: InstallFile) -> OutsideFile:
        return OutsideFile(
            path=action.path,
            part=self._name,
            source=str(self._directory / action.source),
            sha256=self._sha256[action.source],
            mode=action.mode,
        )

    def crontab(self, action: InstallCrontab) -> CrontabBlock:
        return CrontabBlock(
            user=action.user,
            part=self._name,
            source=str(self._directory / action.source),
            sha256=self._sha256[action.source],
        )

    def refresh(self, action: Refresh) -> RefreshCommand:
        return RefreshCommand(part=self._name, argv=self._argv(action.command))

    def command(self, action: RunAtDeployment) -> DeployCommand:
        environment = {name: self._places.text(value) for name, value in action.environment.items()}
        return DeployCommand(
            part=self._name,
            key=self._part.key,
            argv=self._argv(action.command),
            environment=environment,
            timeout=action.timeout,
        )

    def service(self, action: ManageService) -> ManagedService:
        return ManagedService(
            name=action.name,
            part=self._name,
            start=self._argv(action.start),
            stop=self._argv(action.stop),
            restart=self._argv(action.restart),
            reload=self._argv(action.reload),
            inputs=digest((self._places.text(action.inputs), *self._live_of(action.inputs))),
            reloads=digest(self._places.text(action.reloads)),
            check=self._argv(action.check),
            patience=action.patience,
            outside=action.outside,
        )

    def _live_of(self, inputs: Text) -> Iterator[str]:
        """The hashes of the live files that a service may read."""
        seen: set[str] = set()
        queue = [piece.part for piece in inputs.pieces if isinstance(piece, Place | PartKey)]
        while queue:
            name = queue.pop()
            if name in self._parts and name not in seen:
                seen.add(name)
                queue += self._parts[name].edges
        yield from (self._live[name] for name in sorted(seen) if name in self._live)

    def _argv(self, command: Arguments) -> tuple[str, ...]:
        return tuple(self._places.text(word) for word in command)


def _twice(found: Deployment) -> Iterator[AssemblerError]:
    for what, names in (
        ("put a file at", [(file.path, file.part) for file in found.files]),
        ("manage the service", [(service.name, service.part) for service in found.services]),
    ):
        owners: dict[str, str] = {}
        for name, part in names:
            other = owners.setdefault(name, part)
            if other != part:
                yield ConfigurationError(f"parts `{other}` and `{part}` both {what} `{name}`")


def plan(
    after: Deployment,
    before: Deployed | None,
    standing: Mapping[str, str | None],
    *,
    root: str = "/",
) -> DeploymentPlan:
    """Compare what is wanted with what was deployed.

    `standing` maps the paths of outside files to the sha256 of what is there now, or `None`.
    Raises `ConfigurationError`, or `Faults`, where files are not those that were deployed.
    """
    raise_all((*_elsewhere(before, root), *_in_the_way(after, before, standing)))
    was = before.deployment if before else NOTHING
    ran = before.ran if before else ()
    elsewhere = () if root == "/" else after.crontabs
    after = msgspec.structs.replace(after, crontabs=() if elsewhere else after.crontabs)
    gone = _gone(was, after)
    install = tuple(file for file in after.files if _is_due(file, was, standing))
    remove = tuple(file for file in gone if standing.get(file.path) == file.sha256)
    services = _Services(was, after, outside=root == "/")
    return DeploymentPlan(
        root=root,
        before=before,
        after=after,
        install=install,
        remove=remove,
        left=tuple(f.path for f in gone if standing.get(f.path) not in (f.sha256, None)),
        crontabs=tuple(block for block in after.crontabs if not _stands(block, was)),
        crontabs_removed=_gone_crontabs(was, after),
        refresh=_refreshes(before, after, (*install, *remove)) if root == "/" else (),
        commands=tuple(command for command in after.commands if command.key not in ran),
        stop=services.stop,
        start=services.start,
        restart=services.restart,
        reload=services.reload,
        untouched=services.untouched,
        crontabs_untouched=tuple(block.part for block in elsewhere),
    )


def _elsewhere(before: Deployed | None, root: str) -> Iterator[AssemblerError]:
    if before is not None and before.root != root:
        yield ConfigurationError(
            f"this prefix is deployed under `{before.root}`, not `{root}`",
            hints=(f"`assemble undeploy --root {before.root}` first",),
        )


def _gone(was: Deployment, after: Deployment) -> Sequence[OutsideFile]:
    wanted = {file.path for file in after.files}
    return [file for file in was.files if file.path not in wanted]


def _stands(block: CrontabBlock, was: Deployment) -> bool:
    return (block.user, block.part, block.sha256) in {
        (each.user, each.part, each.sha256) for each in was.crontabs
    }


def _gone_crontabs(was: Deployment, after: Deployment) -> tuple[CrontabBlock, ...]:
    kept = {(block.user, block.part) for block in after.crontabs}
    return tuple(block for block in was.crontabs if (block.user, block.part) not in kept)


def _in_the_way(
    after: Deployment, before: Deployed | None, standing: Mapping[str, str | None]
) -> Iterator[AssemblerError]:
    deployed = {file.path: file for file in before.deployment.files} if before else {}
    pending = {(file.path, file.sha256) for file in before.pending} if before else set()
    for file in after.files:
        now = standing.get(file.path)
        known = deployed.get(file.path)
        if now is None or (file.path, now) in pending:
            continue
        if known is None:
            yield ConfigurationError(
                f"`{file.path}` is in the way: part `{file.part}` puts a file there",
                hints=("move it away, and deploy again",),
            )
        elif now not in (known.sha256, file.sha256):
            yield ConfigurationError(
                f"`{file.path}` was changed since part `{file.part}` put it there",
                hints=("take the change over into the assembly, remove the file, deploy again",),
            )


def _is_due(file: OutsideFile, was: Deployment, standing: Mapping[str, str | None]) -> bool:
    mode = next((each.mode for each in was.files if each.path == file.path), None)
    return standing.get(file.path) != file.sha256 or mode != file.mode


def _refreshes(
    before: Deployed | None, after: Deployment, changed: Sequence[OutsideFile]
) -> tuple[RefreshCommand, ...]:
    """The commands of the parts whose files changed, and those that failed before, each once."""
    touched = {file.part for file in changed}
    known = (*before.deployment.refreshes, *after.refreshes) if before else after.refreshes
    due = (*(before.refresh if before else ()), *(each for each in known if each.part in touched))
    wanted: dict[tuple[str, ...], RefreshCommand] = {}
    for refresh in due:
        wanted.setdefault(refresh.argv, refresh)
    return tuple(wanted.values())


class _Services:
    """Which services are started, restarted, reloaded or stopped."""

    def __init__(self, was: Deployment, after: Deployment, *, outside: bool) -> None:
        managed = [each for each in after.services if outside or not each.outside]
        running = {each.name: each for each in was.services if outside or not each.outside}
        names = {each.name for each in managed}
        both = [(running[each.name], each) for each in managed if each.name in running]
        self.stop = tuple(each for name, each in running.items() if name not in names)
        self.start = tuple(each for each in managed if each.name not in running)
        self.restart = tuple(new for old, new in both if _must_restart(old, new))
        self.reload = tuple(
            new for old, new in both if old.reloads != new.reloads and not _must_restart(old, new)
        )
        self.untouched = tuple(each.name for each in after.services if each.outside and not outside)


def _must_restart(old: ManagedService, new: ManagedService) -> bool:
    return old.inputs != new.inputs or (old.reloads != new.reloads and not new.reload)
