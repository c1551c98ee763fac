"""A checkout: the folder with the assembly file, and where its lock and prefix are."""

from pathlib import PurePath

import msgspec

from assembler.app.services import Services
from assembler.config.compose import compose
from assembler.config.defaults import with_defaults
from assembler.config.document import Document, assignments, decode, parse
from assembler.config.resolved import resolve
from assembler.errors import ConfigurationError

ASSEMBLY_FILE = "assembly.toml"


class Checkout(msgspec.Struct, frozen=True, kw_only=True):
    """One assembly file: `folder` is absolute, `file` its name there.

    `settings` are the `--set` options and `pythons` the interpreters of `--python`; `prefix` is
    absolute where the command line gives one.
    """

    folder: PurePath
    file: str = ASSEMBLY_FILE
    settings: tuple[str, ...] = ()
    prefix: PurePath | None = None
    pythons: tuple[str, ...] = ()

    @property
    def path(self) -> PurePath:
        """The assembly file."""
        return self.folder / self.file

    @property
    def lock_name(self) -> str:
        """The lock file's name: `pylock.toml`, or `pylock.NAME.toml` for `NAME.toml` (PEP 751)."""
        stem = self.file.removesuffix(".toml")
        if stem == ASSEMBLY_FILE.removesuffix(".toml"):
            return "pylock.toml"
        return f"pylock.{stem.replace('.', '-')}.toml"

    @property
    def lock_path(self) -> PurePath:
        """The lock, beside the assembly file."""
        return self.folder / self.lock_name


def load_document(checkout: Checkout, services: Services) -> Document:
    """Read and compose the layers of an assembly file. Raises `ConfigurationError`."""
    state = services.files.state(checkout.path)
    if state is None:
        raise ConfigurationError(
            f"there is no `{checkout.file}` in `{checkout.folder}`",
            hints=("`assemble init` writes a first one", "`-C DIR` or `-f FILE` names another"),
        )
    try:
        content = services.files.read(checkout.path)
    except FileNotFoundError:
        raise ConfigurationError(f"`{checkout.file}` is a link to nothing") from None
    documents = [parse(decode(content, checkout.file), checkout.file)]
    if checkout.settings:
        documents.append(assignments(checkout.settings))
    return compose(documents)


def prefix_of(checkout: Checkout, services: Services) -> PurePath:
    """The prefix, from the command line or, without checking more, from the assembly file."""
    if checkout.prefix:
        return checkout.prefix
    document = load_document(checkout, services)
    node = with_defaults(document).child("assembly", "prefix")
    if node and node.refers:
        node = resolve(document, services.environment).root.child("assembly", "prefix")
    if node is None or not isinstance(node.value, str):
        raise ConfigurationError(
            "`assembly.prefix` must be text", origin=node.origin if node else None
        )
    return checkout.folder / node.value
