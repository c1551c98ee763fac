"""What a part wants of a deployment, as its recipe asks for it: plain data."""

from collections.abc import Mapping
from typing import TypeAlias

import msgspec

from assembler.model.text import Text

Arguments: TypeAlias = tuple[Text, ...]
"""A command line whose places are looked up when it runs."""


class FileDigest(msgspec.Struct, frozen=True, order=True):
    """A project file that goes into a step, relative to the checkout, and its sha256."""

    path: str
    sha256: str


class InstallFile(msgspec.Struct, frozen=True, kw_only=True, tag="install-file"):
    """Keep a copy of the part's file `source` at the absolute path `path`."""

    path: str
    source: str
    mode: int = 0o644


class InstallCrontab(msgspec.Struct, frozen=True, kw_only=True, tag="install-crontab"):
    """Keep the lines of the part's file `source` as a block of a user's crontab.

    Without `user` it is that of whoever deploys.
    """

    source: str
    user: str = ""


class Refresh(msgspec.Struct, frozen=True, kw_only=True, tag="refresh"):
    """Run a command when files that the part keeps outside the prefix came, changed or went."""

    command: Arguments


class RunAtDeployment(msgspec.Struct, frozen=True, kw_only=True, tag="run-at-deployment"):
    """Run a command in the prefix when the part is deployed, once for each key of the part.

    `inputs` are the project files that it depends on; `timeout` is in seconds.
    """

    command: Arguments
    environment: Mapping[str, Text] = {}
    inputs: tuple[FileDigest, ...] = ()
    timeout: float = 3600.0


class ManageService(msgspec.Struct, frozen=True, kw_only=True, tag="manage-service"):
    """Keep a service running, and let it take over what changed.

    It is restarted when `inputs` differ from those it was started with, and reloaded when only
    `reloads` do. `check` is a command that must succeed within `patience` seconds after that. Where
    `outside` says so, its manager is the machine's and is left alone under another root.
    """

    name: str
    start: Arguments
    stop: Arguments
    restart: Arguments
    reload: Arguments = ()
    inputs: Text
    reloads: Text = Text()
    check: Arguments = ()
    patience: float = 30.0
    outside: bool = True


Action: TypeAlias = InstallFile | InstallCrontab | Refresh | RunAtDeployment | ManageService
