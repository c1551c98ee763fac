"""A checkout: the folder with the assembly file, and where its lock and prefix are."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from assembler.model.lock import Lock

ASSEMBLY_FILE = "assembly.toml"


class Checkout(msgspec.Struct, frozen=True, kw_only=True):
    """One assembly file: `folder` is absolute, `file` its name there.

    `settings` are the `--set` options and `pythons` the interpreters of `--python`; `prefix` is
    absolute where the command line gives one. `lock_file` is the lock's name where it is another
    than usual. `recipe_lock` is what recipes are locked to where that is not written yet.
    """

    folder: PurePath
    file: str = ASSEMBLY_FILE
    settings: tuple[str, ...] = ()
    prefix: PurePath | None = None
    pythons: tuple[str, ...] = ()
    lock_file: str = ""
    recipe_lock: Lock | None = None

    @property
    def path(self) -> PurePath:
        """The assembly file."""
        return self.folder / self.file

    @property
    def local_path(self) -> PurePath:
        """The file beside it that is not committed: `NAME.local.toml` for `NAME.toml`."""
        return self.folder / f"{self.file.removesuffix('.toml')}.local.toml"

    @property
    def lock_name(self) -> str:
        """The lock file's name: by default `pylock.toml`, or `pylock.NAME.toml` for `NAME.toml`."""
        if self.lock_file:
            return self.lock_file
        stem = self.file.removesuffix(".toml")
        if stem == ASSEMBLY_FILE.removesuffix(".toml"):
            return "pylock.toml"
        return f"pylock.{stem.replace('.', '-')}.toml"

    @property
    def lock_owner(self) -> str:
        """The assembly file that the lock belongs to, which is another one if it is shared."""
        if self.lock_file in ("", msgspec.structs.replace(self, lock_file="").lock_name):
            return self.file
        name = self.lock_file.removeprefix("pylock.").removesuffix("toml").rstrip(".")
        return f"{name}.toml" if name else ASSEMBLY_FILE

    @property
    def build_lock_name(self) -> str:
        """The lock of build requirements: `pylock.build.toml`, or `pylock.NAME-build.toml`."""
        stem = self.lock_name.removeprefix("pylock.").removesuffix("toml").rstrip(".")
        return f"pylock.{stem}-build.toml" if stem else "pylock.build.toml"

    @property
    def lock_path(self) -> PurePath:
        """The lock, beside the assembly file."""
        return self.folder / self.lock_name

    @property
    def build_lock_path(self) -> PurePath:
        """The lock of build requirements, beside the lock."""
        return self.folder / self.build_lock_name
