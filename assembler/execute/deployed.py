"""The record of what is deployed from a prefix, written as things are done."""

from collections.abc import Sequence
from pathlib import PurePath

import msgspec

from assembler.errors import AssemblerError, IntegrityError, MachineError
from assembler.model.canonical import encode
from assembler.model.deployed import (
    CrontabBlock,
    Deployed,
    DeploymentPlan,
    ManagedService,
    RefreshCommand,
)
from assembler.model.layout import Prefix
from assembler.ports import Files

SCHEMA = 1
"""The newest form of the record that is understood."""

_KEYS = 100
"""Of how many commands it is remembered that they ran."""


def deployed(prefix: PurePath, files: Files) -> Deployed | None:
    """What is deployed from a prefix, if anything is.

    Raises `IntegrityError` for a damaged record, `MachineError` for a newer assembler's.
    """
    path = Prefix(prefix).deployed
    if files.state(path) is None:
        return None
    try:
        found = msgspec.json.decode(files.read(path), type=Deployed)
    except msgspec.DecodeError as error:
        raise IntegrityError(f"`{path}` is damaged") from error
    if found.schema > SCHEMA:
        raise MachineError(
            f"`{prefix}` was deployed by a newer assembler", hints=("use that version",)
        )
    return found


def deployed_generation(prefix: PurePath, files: Files) -> int | None:
    """The number of the generation that is deployed, as far as that can be read."""
    try:
        found = deployed(prefix, files)
    except AssemblerError:
        return None
    return found.deployment.generation if found else None


class Record:
    """The record while a deployment goes on: every change of it is on disk at once."""

    def __init__(self, prefix: PurePath, start: Deployed, files: Files) -> None:
        self._path = Prefix(prefix).deployed
        self._files = files
        self._now = start

    @property
    def now(self) -> Deployed:
        """What is recorded."""
        return self._now

    def intend(self, plan: DeploymentPlan, made: tuple[str, ...]) -> None:
        """What a plan says is about to be done, in directories that are about to be made."""
        self._note(
            msgspec.structs.replace(
                self._now, pending=plan.install, refresh=plan.refresh, made=made
            )
        )

    def placed(self, wanted: Deployed) -> None:
        """The files of a deployment, and what refreshes the machine, are in place."""
        deployment = msgspec.structs.replace(
            self._now.deployment,
            generation=wanted.deployment.generation,
            files=wanted.deployment.files,
            refreshes=wanted.deployment.refreshes,
        )
        self._note(
            msgspec.structs.replace(self._now, deployment=deployment, pending=(), made=wanted.made)
        )

    def refreshed(self, command: RefreshCommand) -> None:
        """The command has let the machine see the files."""
        left = tuple(each for each in self._now.refresh if each != command)
        self._note(msgspec.structs.replace(self._now, refresh=left))

    def crontabs(self, blocks: Sequence[CrontabBlock]) -> None:
        """These blocks stand in crontabs."""
        self._change(crontabs=tuple(blocks))

    def ran(self, key: str) -> None:
        """The commands of the part with this key have run."""
        self._note(msgspec.structs.replace(self._now, ran=(*self._now.ran, key)[-_KEYS:]))

    def running(self, service: ManagedService) -> None:
        """The service was started with what it is now."""
        services = self._now.deployment.services
        if service.name in {each.name for each in services}:
            kept = tuple(service if each.name == service.name else each for each in services)
            self._change(services=kept)
        else:
            self._change(services=(*services, service))

    def unknown(self, service: ManagedService) -> None:
        """The service runs on something, and it is not known what: it must be restarted."""
        self.running(msgspec.structs.replace(service, inputs="", reloads=""))

    def stopped(self, service: ManagedService) -> None:
        """The service runs no more."""
        self._change(services=self._others(service))

    def remove(self) -> None:
        """Nothing is deployed any more."""
        self._files.remove(self._path)

    def _others(self, service: ManagedService) -> tuple[ManagedService, ...]:
        services = self._now.deployment.services
        return tuple(each for each in services if each.name != service.name)

    def _change(
        self,
        *,
        crontabs: tuple[CrontabBlock, ...] | None = None,
        services: tuple[ManagedService, ...] | None = None,
    ) -> None:
        was = self._now.deployment
        deployment = msgspec.structs.replace(
            was,
            crontabs=was.crontabs if crontabs is None else crontabs,
            services=was.services if services is None else services,
        )
        self._note(msgspec.structs.replace(self._now, deployment=deployment))

    def _note(self, now: Deployed) -> None:
        self._now = now
        self._files.replace(self._path, encode(now), 0o600)
