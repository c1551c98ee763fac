"""What a build left behind."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from assembler.model.deployment import Action
from assembler.model.layout import KEPT_GENERATIONS
from assembler.model.secret import SecretSource
from assembler.model.text import Text
from assembler.model.undo import Undo


class BuiltFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file or link in a part's directory, as it was made.

    `path` is relative to the part's directory. A link has `target` and no hash; a directory
    neither. `size` is in bytes; `mtime` in nanoseconds tells an untouched file without reading it.
    """

    path: str
    kind: str
    sha256: str = ""
    target: str = ""
    size: int = 0
    mode: int = 0
    mtime: int = 0


class LiveFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that holds secrets, as described: `path` is relative to the part's directory.

    The content names the secrets; it does not have their values.
    """

    path: str
    content: Text
    executable: bool = False


class BuiltPart(msgspec.Struct, frozen=True, kw_only=True):
    """A part as it was built: its key, its directory's name below `parts/`, and its files.

    `facts` are the inputs in words (`option port` → `8080`, `wheel django` → `5.2.1`), from which
    the next plan words its reasons. `exposed` maps stable paths to paths in the directory.
    `baked` says that bytes of it hold the prefix; `remade` counts how often it was made again
    because it was damaged. `relies_on` names the directories of the parts that it needs or refers
    to, and of those that these rely on. `live` are its files that hold secrets, `deployment`
    what it keeps outside the prefix, `state` its directories for state, from the prefix on, with
    their permission bits. `undo` undoes what it did outside while it was built: the places in it
    are in the prefix or the checkout, as they were then.
    """

    key: str
    recipe: str
    directory: str
    files: tuple[BuiltFile, ...]
    exposed: Mapping[str, str] = {}
    facts: Mapping[str, str] = {}
    edges: tuple[str, ...] = ()
    store: tuple[str, ...] = ()
    baked: bool = False
    remade: int = 0
    relies_on: tuple[str, ...] = ()
    live: tuple[LiveFile, ...] = ()
    deployment: tuple[Action, ...] = ()
    state: Mapping[str, int] = {}
    undo: tuple[Undo, ...] = ()


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """What the making of a part did outside, from when it began until it is undone.

    `undo` is as in `BuiltPart`, without what is undone already; `relies_on` as there. It is `done`
    when the part is made and until it begins to be undone. Where its making or undoing is
    `going_on` and nothing runs, that was interrupted, and nobody knows how far it went.
    """

    part: str
    directory: str
    undo: tuple[Undo, ...]
    relies_on: tuple[str, ...] = ()
    done: bool = True
    going_on: bool = False


class InputFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that went into a build: absolute path, sha256 (empty: absent), size and mtime (ns).

    `values` is the hash of what it says, where that alone counts; empty where every byte does.
    """

    path: str
    sha256: str
    size: int = 0
    mtime: int = 0
    values: str = ""


class Fingerprint(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that went into a build; if all of it is equal, nothing is due.

    `request` is the canonical text of the command's own options (parts, selection, `--set`,
    assembler's version); `globs` maps each declared pattern to the paths that it matched.
    """

    request: str
    files: tuple[InputFile, ...] = ()
    globs: Mapping[str, tuple[str, ...]] = {}
    environment: Mapping[str, str | None] = {}


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """One generation: which parts it has, in building order, and what it was made from.

    `secrets` says where the values for live files come from; `keep` how many generations a prefix
    keeps.
    """

    assembly: str
    generation: int
    assembler: str
    prefix: str
    parts: Mapping[str, BuiltPart]
    fingerprint: Fingerprint
    lock_sha256: str = ""
    schema: int = 2
    project: str = ""
    keep: int = KEPT_GENERATIONS
    secrets: tuple[SecretSource, ...] = ()


class Damage(msgspec.Struct, frozen=True, kw_only=True, order=True):
    """Something in a prefix that is not as it was made: missing, or changed.

    `owner` is the part's name, or the key of a stored wheel, or empty for the stable paths of the
    prefix itself. `path` is relative to the owner's directory or to the prefix.
    """

    where: Literal["part", "store", "prefix"]
    owner: str
    path: str
    missing: bool = False
