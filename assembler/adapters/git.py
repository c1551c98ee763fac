"""Git repositories: a mirror of each in the cache, and the files of commits."""

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath
from threading import Lock

import filelock

from assembler.errors import ConfigurationError, NetworkError, OfflineError
from assembler.model.sources import is_commit, is_revision
from assembler.model.url import shown
from assembler.ports import CommandLine, CommandResult, Processes

_TIME = 1800.0
_POLL_SECONDS = 0.05
_SAFE = (
    "core.hooksPath=/dev/null",
    "protocol.ext.allow=never",
    "gc.auto=0",
    "advice.detachedHead=0",
)
_REFS = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")


class GitRepositories:
    """Repositories in `<cache>/git/`: `mirrors/` by the hash of their URL, `trees/` by commit.

    Git's own credential helpers and ssh are used; nothing of them is kept.
    """

    def __init__(
        self,
        processes: Processes,
        cache: PurePath,
        environment: Mapping[str, str],
        *,
        offline: bool = False,
    ) -> None:
        self._processes = processes
        self._folder = Path(cache) / "git"
        self._environment = _environment(environment)
        self._offline = offline
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
        """A folder with the files of a commit."""
        tree = self._folder / "trees" / commit
        with self._alone(url):
            if not tree.exists():
                mirror = self._mirror(url)
                if not self._has(mirror, commit):
                    self._fetch(mirror, url, f"commit `{commit}`")
                if not self._has(mirror, commit) and not self._fetched(mirror, url, commit):
                    raise NetworkError(
                        f"`{shown(url)}` no longer has commit `{commit}`",
                        hints=("run `assemble lock --upgrade` to take another one",),
                    )
                self._write(mirror, commit, tree)
        return tree

    @contextmanager
    def _alone(self, url: str) -> Iterator[None]:
        """One thread of one process at a time works with a mirror."""
        place = self._place(url)
        with self._lock, _held(place.with_name(f"{place.name}.lock")):
            yield

    def _place(self, url: str) -> Path:
        return self._folder / "mirrors" / hashlib.sha256(url.encode()).hexdigest()[:32]

    def _mirror(self, url: str) -> Path:
        mirror = self._place(url)
        if not (mirror / "HEAD").exists():
            mirror.mkdir(parents=True, exist_ok=True)
            self._must("init", "--quiet", "--bare", "--template=", str(mirror))
        return mirror

    def _fetch(self, mirror: Path, url: str, wanted: str) -> None:
        if self._offline and not url.startswith("file:"):
            raise OfflineError([f"{wanted} of `{shown(url)}`"])
        fetch = ("fetch", "--quiet", "--prune", "--force", "--no-tags", "--", url, *_REFS)
        result = self._git(mirror, *fetch)
        if result.status:
            raise _unreachable(url, result)

    def _fetched(self, mirror: Path, url: str, commit: str) -> bool:
        """Whether a commit could be fetched that no branch or tag holds."""
        self._git(mirror, "fetch", "--quiet", "--no-tags", "--", url, commit)
        return self._has(mirror, commit)

    def _default(self, mirror: Path, url: str) -> str | None:
        result = self._git(mirror, "ls-remote", "--quiet", "--", url, "HEAD")
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
        result = self._git(
            mirror, "rev-parse", "--quiet", "--verify", "--end-of-options", f"{name}^{{commit}}"
        )
        text = result.output.strip().rpartition("\n")[2]
        return text if result.status == 0 and is_commit(text) else None

    def _has(self, mirror: Path, commit: str) -> bool:
        return self._git(mirror, "cat-file", "-e", f"{commit}^{{commit}}").status == 0

    def _write(self, mirror: Path, commit: str, tree: Path) -> None:
        new = tree.with_name(f".new-{os.getpid()}-{secrets.token_hex(8)}")
        new.mkdir(parents=True)
        index = {"GIT_INDEX_FILE": f"{new}.index"}
        try:
            place = ("--work-tree", str(new), "checkout", "--quiet", "--force", commit, "--", ".")
            self._must("--git-dir", str(mirror), *place, variables=index)
            if not tree.exists():
                new.rename(tree)
        finally:
            shutil.rmtree(new, ignore_errors=True)
            Path(f"{new}.index").unlink(missing_ok=True)

    def _must(self, *words: str, variables: Mapping[str, str] = {}) -> None:
        result = self._run(words, variables)
        if result.status:
            raise NetworkError("git failed", details=_said(result))

    def _git(self, mirror: Path, *words: str) -> CommandResult:
        return self._run(("--git-dir", str(mirror), *words), {})

    def _run(self, words: tuple[str, ...], variables: Mapping[str, str]) -> CommandResult:
        settings = [word for setting in _SAFE for word in ("-c", setting)]
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._processes.run(
            CommandLine(
                argv=("git", *settings, *words),
                environment={**self._environment, **variables},
                directory=str(self._folder),
                timeout=_TIME,
            )
        )


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Hold a lock file; where the file system has no locks, the work goes on without."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(path, fallback_to_soft=False)
    with suppress(NotImplementedError):
        lock.acquire(poll_interval=_POLL_SECONDS)
    try:
        yield
    finally:
        lock.release()


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    """The environment of git: the user's, but no repository of theirs, and no questions."""
    kept = {name: text for name, text in variables.items() if not name.startswith("GIT_")}
    allowed = ("GIT_SSH", "GIT_SSH_COMMAND", "GIT_SSL_CAINFO", "GIT_CONFIG_GLOBAL")
    kept |= {name: variables[name] for name in allowed if name in variables}
    if "GIT_SSH" not in kept:
        kept.setdefault("GIT_SSH_COMMAND", "ssh -o BatchMode=yes")
    return {**kept, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


def _called(rev: str | None) -> str:
    return "the default branch" if rev is None else f"branch, tag or commit `{rev}`"


def _unreachable(url: str, result: CommandResult) -> NetworkError:
    if result.status == 127:  # noqa: PLR2004 - what a shell says of a command that isn't there
        return NetworkError(f"`{shown(url)}` needs git", hints=("install git",))
    return NetworkError(f"git can't fetch `{shown(url)}`", details=_said(result))


def _said(result: CommandResult) -> tuple[str, ...]:
    return tuple(result.output.strip().splitlines()[-5:])
