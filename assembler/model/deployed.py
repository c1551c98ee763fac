"""What a deployment keeps outside the prefix: as it is wanted, planned, and recorded."""

from collections.abc import Mapping

import msgspec


class OutsideFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file outside the prefix: what it holds, its permission bits, and which part put it there.

    `source` is the absolute path of the part's own file.
    """

    path: str
    part: str
    source: str
    sha256: str
    mode: int


class CrontabBlock(msgspec.Struct, frozen=True, kw_only=True):
    """A block of a user's crontab."""

    user: str
    part: str
    source: str
    sha256: str


class RefreshCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A command that lets the machine see a part's outside files."""

    part: str
    argv: tuple[str, ...]


class DeployCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A command of a part at deployment; `key` is the part's."""

    part: str
    key: str
    argv: tuple[str, ...]
    environment: Mapping[str, str] = {}
    timeout: float


class ManagedService(msgspec.Struct, frozen=True, kw_only=True):
    """A service as it was last started: its commands, and digests of what it runs on."""

    name: str
    part: str
    start: tuple[str, ...]
    stop: tuple[str, ...]
    restart: tuple[str, ...]
    reload: tuple[str, ...]
    inputs: str
    reloads: str
    check: tuple[str, ...]
    patience: float
    outside: bool


class Deployment(msgspec.Struct, frozen=True, kw_only=True):
    """All that a generation keeps outside the prefix, in the order of its parts."""

    generation: int
    files: tuple[OutsideFile, ...] = ()
    crontabs: tuple[CrontabBlock, ...] = ()
    refreshes: tuple[RefreshCommand, ...] = ()
    commands: tuple[DeployCommand, ...] = ()
    services: tuple[ManagedService, ...] = ()


class Deployed(msgspec.Struct, frozen=True, kw_only=True):
    """The record of a deployment, kept in the prefix.

    `root` is what stands for `/`. `ran` are the keys whose commands ran, the latest last; `made`
    the directories that were made for outside files; `pending` the files that were about to be
    written when the record was, `refresh` the commands that had yet to let the machine see them.
    """

    deployment: Deployment
    root: str = "/"
    ran: tuple[str, ...] = ()
    made: tuple[str, ...] = ()
    pending: tuple[OutsideFile, ...] = ()
    refresh: tuple[RefreshCommand, ...] = ()
    schema: int = 1


class DeploymentPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What a deployment will do, in this order, from `before` to `after`.

    `left` are paths that were changed by hand and stay as they are; `untouched` names services of
    the machine that are not managed because of another root, and `crontabs_untouched` the parts
    whose entries are not put into crontabs for the same reason.
    """

    root: str
    before: Deployed | None
    after: Deployment
    install: tuple[OutsideFile, ...] = ()
    remove: tuple[OutsideFile, ...] = ()
    left: tuple[str, ...] = ()
    crontabs: tuple[CrontabBlock, ...] = ()
    crontabs_removed: tuple[CrontabBlock, ...] = ()
    refresh: tuple[RefreshCommand, ...] = ()
    commands: tuple[DeployCommand, ...] = ()
    stop: tuple[ManagedService, ...] = ()
    start: tuple[ManagedService, ...] = ()
    restart: tuple[ManagedService, ...] = ()
    reload: tuple[ManagedService, ...] = ()
    untouched: tuple[str, ...] = ()
    crontabs_untouched: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether anything is due."""
        return any(
            (
                self.install,
                self.remove,
                self.crontabs,
                self.crontabs_removed,
                self.refresh,
                self.commands,
                self.stop,
                self.start,
                self.restart,
                self.reload,
            )
        )
