"""Mirrors of git repositories, and the files of commits."""

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePath
from threading import Lock

import msgspec

from assembler.adapters.git.command import Git, said
from assembler.adapters.git.submodules import declared, gitlinks, submodule_url
from assembler.errors import ConfigurationError, IntegrityError, NetworkError, OfflineError
from assembler.model.limits import DEFAULTS, Limits
from assembler.model.lock import LockedSubmodule
from assembler.model.paths import UnsafePathError, safe_relpath
from assembler.model.sources import is_commit, is_revision
from assembler.model.url import shown
from assembler.ports import CacheLock, CommandResult, Processes

_REFS = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
_ATTRIBUTES = "info/attributes"
_VERBATIM = "* -text !eol !ident !filter !working-tree-encoding\n"
"""Attributes that let every file be written byte for byte, whatever the repository's own say."""


class GitSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The environment variables of the command, whether only the cache is asked, and limits."""

    environment: Mapping[str, str]
    offline: bool = False
    limits: Limits = DEFAULTS


class GitRepositories:
    """Repositories in `<cache>/git/`: `mirrors/` by the hash of their URL, `trees/` by commit.

    Git's own credential helpers and ssh are used; nothing of them is kept.
    """

    def __init__(
        self, processes: Processes, cache: PurePath, locks: CacheLock, settings: GitSettings
    ) -> None:
        self._folder = Path(cache) / "git"
        self._git = Git(processes, self._folder, settings.environment, settings.limits)
        self._limits = settings.limits
        self._offline = settings.offline
        self._locks = locks
        self._lock = Lock()

    def resolve(self, url: str, rev: str | None) -> str:
        """The commit that a branch, tag or commit (or the default branch) is now."""
        if rev is not None and not is_revision(rev):
            raise ConfigurationError(f"`{rev}` is no revision")
        with self._alone(url):
            mirror = self._mirror(url)
            if rev is not None and is_commit(rev) and self._has(mirror, rev):
                return rev
            self._fetch(mirror, url, _called(rev))
            found = self._default(mirror, url) if rev is None else self._named(mirror, url, rev)
        if found is None:
            raise ConfigurationError(
                f"`{shown(url)}` has no branch, tag or commit `{rev}`"
                if rev is not None
                else f"`{shown(url)}` has no default branch",
                hints=("say which one with `rev`",) if rev is None else (),
            )
        return found

    def checkout(self, url: str, commit: str) -> PurePath:
        """A folder with the files of a commit. Raises `IntegrityError` where git made others."""
        tree = self._folder / "trees" / commit
        with self._alone(url):
            mirror = self._with(url, commit)
            if tree.exists() and not self._is_whole(mirror, commit, tree):
                shutil.rmtree(tree)
            if not tree.exists():
                self._write(mirror, commit, tree)
        return tree

    def submodules(self, url: str, commit: str) -> tuple[LockedSubmodule, ...]:
        """The submodules of a commit and of these, each after the one that it is in."""
        return tuple(self._submodules(url, commit, "", self._limits.submodule_depth))

    def _submodules(
        self, url: str, commit: str, above: str, depth: int
    ) -> Iterator[LockedSubmodule]:
        with self._alone(url):
            found = self._gitlinks(self._with(url, commit), url, commit)
        if found and not depth:
            raise ConfigurationError(
                f"`{shown(url)}` has submodules nested deeper than {self._limits.submodule_depth}",
                hints=(self._limits.way_out("submodule_depth"),),
            )
        for path, module, linked in found:
            yield LockedSubmodule(path=f"{above}{path}", url=module, commit=linked)
            yield from self._submodules(module, linked, f"{above}{path}/", depth - 1)

    def _gitlinks(self, mirror: Path, url: str, commit: str) -> list[tuple[str, str, str]]:
        """Path, URL and commit of each submodule that a commit records itself."""
        source = f"{commit}:.gitmodules"
        if self._in(mirror, "cat-file", "-e", source).status:
            return []
        listed = ("config", "--blob", source, "--list", "--null")
        places = declared(self._git.must("--git-dir", str(mirror), *listed).output)
        if not places:
            return []
        tree = ("ls-tree", "-z", "--full-tree", commit, "--", *sorted(places))
        recorded = self._git.must("--git-dir", str(mirror), "--literal-pathspecs", *tree).output
        return [
            (_safe(path, url), submodule_url(url, places[path], path), linked)
            for path, linked in gitlinks(recorded)
        ]

    def _with(self, url: str, commit: str) -> Path:
        """The mirror of a repository, which has the commit."""
        mirror = self._mirror(url)
        if not self._has(mirror, commit):
            self._fetch(mirror, url, f"commit `{commit}`")
        if not self._has(mirror, commit) and not self._fetched(mirror, url, commit):
            raise NetworkError(
                f"`{shown(url)}` no longer has commit `{commit}`",
                hints=("run `assemble lock --upgrade` to take another one",),
            )
        return mirror

    @contextmanager
    def _alone(self, url: str) -> Iterator[None]:
        """One thread of one process at a time works with a mirror."""
        with self._lock, self._locks.hold(f"repository {url}", f"works with `{shown(url)}`"):
            yield

    def _place(self, url: str) -> Path:
        return self._folder / "mirrors" / hashlib.sha256(url.encode()).hexdigest()[:32]

    def _mirror(self, url: str) -> Path:
        mirror = self._place(url)
        if not _is_mirror(mirror):
            shutil.rmtree(mirror, ignore_errors=True)
            self._begin(mirror)
        return mirror

    def _begin(self, mirror: Path) -> None:
        """Make an empty mirror, unless somebody was faster."""
        new = _beside(mirror)
        new.mkdir(parents=True)
        try:
            self._git.must("init", "--quiet", "--bare", "--template=", str(new))
            (new / "info").mkdir(exist_ok=True)
            (new / _ATTRIBUTES).write_text(_VERBATIM)
            _settle(new, mirror)
        finally:
            shutil.rmtree(new, ignore_errors=True)

    def _fetch(self, mirror: Path, url: str, wanted: str) -> None:
        if self._offline and not url.startswith("file:"):
            raise OfflineError([f"{wanted} of `{shown(url)}`"])
        fetch = ("fetch", "--quiet", "--prune", "--force", "--no-tags", "--", url, *_REFS)
        result = self._in(mirror, *fetch)
        if result.status:
            raise _unreachable(url, result)

    def _fetched(self, mirror: Path, url: str, commit: str) -> bool:
        """Whether a commit could be fetched that no branch or tag holds."""
        self._in(mirror, "fetch", "--quiet", "--no-tags", "--", url, commit)
        return self._has(mirror, commit)

    def _default(self, mirror: Path, url: str) -> str | None:
        result = self._in(mirror, "ls-remote", "--quiet", "--", url, "HEAD")
        if result.status:
            raise _unreachable(url, result)
        commits = [line.partition("\t")[0] for line in result.output.splitlines()]
        return next((commit for commit in commits if is_commit(commit)), None)

    def _named(self, mirror: Path, url: str, rev: str) -> str | None:
        names = (f"refs/tags/{rev}", f"refs/heads/{rev}", rev)
        found = next((commit for name in names if (commit := self._commit(mirror, name))), None)
        if found is None and is_commit(rev) and self._fetched(mirror, url, rev):
            return rev
        return found

    def _commit(self, mirror: Path, name: str) -> str | None:
        result = self._in(
            mirror, "rev-parse", "--quiet", "--verify", "--end-of-options", f"{name}^{{commit}}"
        )
        text = result.output.strip().rpartition("\n")[2]
        return text if result.status == 0 and is_commit(text) else None

    def _has(self, mirror: Path, commit: str) -> bool:
        return self._in(mirror, "cat-file", "-e", f"{commit}^{{commit}}").status == 0

    def _is_whole(self, mirror: Path, commit: str, tree: Path) -> bool:
        """Whether the files of a folder are those of the commit, by git's own hash of a tree."""
        place = ("--git-dir", str(mirror), "--work-tree", str(tree))
        index = f"{tree}.{os.getpid()}-{secrets.token_hex(8)}.index"
        try:
            for words in (("read-tree", commit), ("add", "--all", "--force", "--", ".")):
                self._git.must(*place, *words, variables={"GIT_INDEX_FILE": index})
            made = self._git.must(*place, "write-tree", variables={"GIT_INDEX_FILE": index}).output
        finally:
            Path(index).unlink(missing_ok=True)
        return made == self._git.must(*place, "rev-parse", f"{commit}^{{tree}}").output

    def _write(self, mirror: Path, commit: str, tree: Path) -> None:
        new = _beside(tree)
        new.mkdir(parents=True)
        index = {"GIT_INDEX_FILE": f"{new}.index"}
        place = ("--git-dir", str(mirror), "--work-tree", str(new))
        try:
            for words in (("read-tree", commit), ("checkout-index", "--all", "--force")):
                self._git.must(*place, *words, variables=index)
            if not self._is_whole(mirror, commit, new):
                raise IntegrityError(f"git writes other files than commit `{commit}` has")
            _settle(new, tree)
        finally:
            shutil.rmtree(new, ignore_errors=True)
            Path(f"{new}.index").unlink(missing_ok=True)

    def _in(self, mirror: Path, *words: str) -> CommandResult:
        return self._git.run("--git-dir", str(mirror), *words)


def _is_mirror(folder: Path) -> bool:
    attributes = folder / _ATTRIBUTES
    if not ((folder / "HEAD").exists() and attributes.exists()):
        return False
    return attributes.read_text(errors="replace") == _VERBATIM


def _beside(final: Path) -> Path:
    return final.with_name(f".new-{os.getpid()}-{secrets.token_hex(8)}")


def _settle(new: Path, final: Path) -> None:
    """Give what is finished its name, unless somebody was faster."""
    try:
        new.rename(final)
    except OSError:
        if not final.exists():
            raise


def _called(rev: str | None) -> str:
    return "the default branch" if rev is None else f"branch, tag or commit `{rev}`"


def _unreachable(url: str, result: CommandResult) -> NetworkError:
    return NetworkError(f"git can't fetch `{shown(url)}`", details=said(result))


def _safe(path: str, url: str) -> str:
    try:
        return safe_relpath(path)
    except UnsafePathError as error:
        raise IntegrityError(f"a submodule of `{shown(url)}` is at a path that {error}") from error
