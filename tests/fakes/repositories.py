"""Git repositories from memory."""

from collections.abc import Mapping
from pathlib import Path, PurePath

from assembler.errors import ConfigurationError, NetworkError
from assembler.model.lock import LockedSubmodule

Commits = Mapping[str, Mapping[str, str]]


class MemoryRepositories:
    """The `Repositories` port over revisions and commits; what is checked out is written.

    `revisions` maps each URL to its branches and tags (`HEAD` is the default branch) and their
    commits, `commits` each commit to its files, `modules` each commit to its own submodules.
    """

    def __init__(
        self,
        folder: Path,
        revisions: Mapping[str, Mapping[str, str]],
        commits: Commits,
        modules: Mapping[str, tuple[LockedSubmodule, ...]] = {},
    ) -> None:
        self._folder = folder
        self._revisions = revisions
        self._commits = commits
        self._modules = modules

    def resolve(self, url: str, rev: str | None) -> str:
        revisions = self._of(url)
        if rev in self._commits:
            return str(rev)
        commit = revisions.get(rev or "HEAD")
        if commit is None:
            raise ConfigurationError(f"`{url}` has no branch, tag or commit `{rev}`")
        return commit

    def checkout(self, url: str, commit: str) -> PurePath:
        tree = self._folder / commit
        if not tree.exists():
            self._of(url)
            if commit not in self._commits:
                raise NetworkError(f"`{url}` no longer has commit `{commit}`")
            for name, text in self._commits[commit].items():
                path = tree / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
        return tree

    def submodules(self, url: str, commit: str) -> tuple[LockedSubmodule, ...]:
        self._of(url)
        return self._modules.get(commit, ())

    def _of(self, url: str) -> Mapping[str, str]:
        if url not in self._revisions:
            raise NetworkError(f"git can't fetch `{url}`")
        return self._revisions[url]
