"""Steps: plain data that says how a part is made. Paths are relative to the part's directory."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec

from assembler.model.deployment import Action, FileDigest
from assembler.model.distribution import Link, StoredWheel
from assembler.model.lock import LockedArtifact
from assembler.model.target import Interpreter
from assembler.model.text import Text
from assembler.model.undo import Undo


class LinkWheels(msgspec.Struct, frozen=True, kw_only=True, tag="link-wheels"):
    """Make the part's directory a virtual environment whose contents are links into the store.

    `links` is the layout of `wheels`; `extra_paths` go to the end of `sys.path`.
    """

    python: Interpreter
    wheels: tuple[StoredWheel, ...]
    links: tuple[Link, ...]
    extra_paths: tuple[Text, ...] = ()


class WriteFile(msgspec.Struct, frozen=True, kw_only=True, tag="write-file"):
    """Write a text file (UTF-8), 0644 or 0755."""

    path: str
    content: Text
    executable: bool = False


class WriteLiveFile(msgspec.Struct, frozen=True, kw_only=True, tag="write-live-file"):
    """Link to a text file (UTF-8) that holds secrets, 0600 or 0700, and stands outside the part.

    The file itself is written by deployment, or by `build --live`.
    """

    path: str
    content: Text
    executable: bool = False


class MakeDirectory(msgspec.Struct, frozen=True, kw_only=True, tag="make-directory"):
    """Make an empty directory."""

    path: str


class MakeSymlink(msgspec.Struct, frozen=True, kw_only=True, tag="make-symlink"):
    """Make a symbolic link."""

    path: str
    target: Text


class LinkSources(msgspec.Struct, frozen=True, kw_only=True, tag="link-sources"):
    """Make a directory with links to all that is imported from a `site-packages`, `packages`.

    What its `.pth` files and the finders of editable distributions add is there as well.
    """

    path: str
    packages: Text


class FetchFile(msgspec.Struct, frozen=True, kw_only=True, tag="fetch-file"):
    """Put a downloaded, verified file in place."""

    path: str
    artifact: LockedArtifact
    executable: bool = False


class ExtractArchive(msgspec.Struct, frozen=True, kw_only=True, tag="extract-archive"):
    """Extract a downloaded, verified archive into a directory, dropping `strip` leading names."""

    path: str
    artifact: LockedArtifact
    strip: int = 0


class CheckoutCommit(msgspec.Struct, frozen=True, kw_only=True, tag="checkout-commit"):
    """Put the files of a commit of a git repository into a directory, without its submodules."""

    path: str
    url: str
    commit: str


class RunCommand(msgspec.Struct, frozen=True, kw_only=True, tag="run-command"):
    """Run a command; in the part's directory it must make `outputs` and nothing else.

    It starts there or, if it is `staged`, in a folder with copies of its `inputs`, which are all
    that it sees of the project, and which go afterwards. Of the machine's environment it sees the
    variables in `passed`, which no key counts. `timeout` is in seconds.
    """

    argv: tuple[Text, ...]
    environment: Mapping[str, Text] = {}
    passed: tuple[str, ...] = ()
    inputs: tuple[FileDigest, ...] = ()
    staged: bool = False
    outputs: tuple[str, ...]
    timeout: float = 3600.0


class SourcePatch(msgspec.Struct, frozen=True):
    """A patch of the project that a source is built with: its path and content."""

    path: str
    content: bytes


class BuildCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A command of a build, run in the copy of its source or in an empty folder beside it.

    Where `parallel`, `-j` and a number follow. It is left out if `unless` stands in the source.
    `log` is a file that it writes and that says more when it fails.
    """

    argv: tuple[Text, ...]
    directory: Literal["source", "build"] = "source"
    parallel: bool = False
    unless: str = ""
    log: str = ""


class BuildSource(msgspec.Struct, frozen=True, kw_only=True, tag="build-source"):
    """Build a copy of a source tree with commands that put what they make into the part.

    The source is a directory of another part or, with `inputs`, these files of the project, which
    are below `folder`. `tools` are commands that must be installed, each with the Debian package
    that has it; `outputs` are paths that must stand in the part's directory afterwards. Of the
    machine's environment commands see the variables in `passed`, which no key counts; their words
    follow those of `environment`. `jobs` is how much is done at once (0: as much as may be);
    `timeout` is in seconds, for each command.
    """

    source: Text = Text()
    folder: str = ""
    inputs: tuple[FileDigest, ...] = ()
    patches: tuple[SourcePatch, ...] = ()
    commands: tuple[BuildCommand, ...]
    environment: Mapping[str, Text] = {}
    passed: tuple[str, ...] = ()
    tools: Mapping[str, str] = {}
    outputs: tuple[str, ...] = ()
    jobs: int = 0
    timeout: float = 3600.0


class CheckOutput(msgspec.Struct, frozen=True, kw_only=True, tag="check-output"):
    """Let a tool check what the steps before made; it must change nothing.

    `tool` is looked up on the PATH and where system tools are; where it or one of those that it
    `uses` in turn is not installed, that is said and nothing is checked. It runs in the part's
    directory or, where `files` are given, in a folder that holds these (UTF-8). `timeout` is in
    seconds.
    """

    tool: str
    uses: tuple[str, ...] = ()
    arguments: tuple[Text, ...]
    files: Mapping[str, Text] = {}
    environment: Mapping[str, Text] = {}
    timeout: float = 60.0


class Expose(msgspec.Struct, frozen=True, kw_only=True, tag="expose"):
    """Let the stable path `<prefix>/path` lead to `target` in the part's directory."""

    path: str
    target: str


class KeepDirectory(msgspec.Struct, frozen=True, kw_only=True, tag="keep-directory"):
    """Keep a directory for state at `<prefix>/path`, in `var`; it goes only when it is empty."""

    path: str
    mode: int = 0o755


class AtDeployment(msgspec.Struct, frozen=True, kw_only=True, tag="at-deployment"):
    """Do something outside the prefix when the part is deployed; a build only remembers it."""

    action: Action


Step: TypeAlias = (
    LinkWheels
    | WriteFile
    | WriteLiveFile
    | MakeDirectory
    | MakeSymlink
    | LinkSources
    | FetchFile
    | ExtractArchive
    | CheckoutCommit
    | RunCommand
    | BuildSource
    | CheckOutput
    | Expose
    | KeepDirectory
    | AtDeployment
    | Undo
)


def text_file(path: str, content: Text, *, executable: bool = False) -> WriteFile | WriteLiveFile:
    """The step that makes a text file: a live one if the content holds a secret."""
    if content.secrets:
        return WriteLiveFile(path=path, content=content, executable=executable)
    return WriteFile(path=path, content=content, executable=executable)
