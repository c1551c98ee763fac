"""What every `Repositories` must do."""

import os
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import pytest

from assembler.adapters.git import GitRepositories, GitSettings
from assembler.adapters.processes import ChildProcesses
from assembler.errors import ConfigurationError, NetworkError
from assembler.ports import Repositories
from tests.fakes.cache_lock import MemoryCacheLock
from tests.fakes.repositories import MemoryRepositories
from tests.repositories import Repository, serve


class Subject:
    """An implementation, and a repository with a tag `v1` and a newer commit on `main`."""

    def __init__(self, repositories: Repositories, url: str, old: str, new: str) -> None:
        self.repositories = repositories
        self.url = url
        self.old = old
        self.new = new


def git(cache: Path, *, offline: bool = False) -> GitRepositories:
    settings = GitSettings(environment=dict(os.environ), offline=offline)
    return GitRepositories(ChildProcesses(), cache, MemoryCacheLock(), settings)


@pytest.fixture
def origin(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "origin")


@pytest.fixture(params=["memory", "git"])
def subject(request: pytest.FixtureRequest, tmp_path: Path, origin: Repository) -> Subject:
    old, new = origin.commit("1.0", "v1"), origin.commit("2.0")
    if request.param == "git":
        return Subject(git(tmp_path / "cache"), origin.url, old, new)
    revisions = {origin.url: {"v1": old, "main": new, "HEAD": new}}
    commits = {old: {"helper.py": "1.0"}, new: {"helper.py": "2.0"}}
    memory = MemoryRepositories(tmp_path / "trees", revisions, commits)
    return Subject(memory, origin.url, old, new)


def test_revisions_are_found(subject: Subject) -> None:
    find = subject.repositories.resolve
    assert find(subject.url, "v1") == subject.old
    assert find(subject.url, "main") == subject.new
    assert find(subject.url, None) == subject.new
    assert find(subject.url, subject.old) == subject.old


def test_a_commit_has_its_files(subject: Subject) -> None:
    folder = subject.repositories.checkout(subject.url, subject.old)
    assert "1.0" in Path(folder / "helper.py").read_text()
    assert subject.repositories.checkout(subject.url, subject.old) == folder
    assert not Path(folder / ".git").exists()
    other = subject.repositories.checkout(subject.url, subject.new)
    assert "2.0" in Path(other / "helper.py").read_text()


def test_a_commit_without_submodules(subject: Subject) -> None:
    assert subject.repositories.submodules(subject.url, subject.new) == ()


def test_what_there_is_not(subject: Subject) -> None:
    with pytest.raises(ConfigurationError) as no_revision:
        subject.repositories.resolve(subject.url, "v9")
    assert no_revision.value.message == f"`{subject.url}` has no branch, tag or commit `v9`"
    with pytest.raises(NetworkError) as no_repository:
        subject.repositories.resolve("file:///no/such.git", "v1")
    assert no_repository.value.message == "git can't fetch `file:///no/such.git`"
    with pytest.raises(NetworkError) as no_commit:
        subject.repositories.checkout(subject.url, "0" * 40)
    assert no_commit.value.message == f"`{subject.url}` no longer has commit `{'0' * 40}`"


def test_a_revision_is_never_an_option(tmp_path: Path, origin: Repository) -> None:
    origin.commit("1.0")
    marker = tmp_path / "marker"
    with pytest.raises(ConfigurationError, match="is no revision"):
        git(tmp_path / "cache").resolve(origin.url, f"--upload-pack=touch {marker}")
    assert not marker.exists()


def test_a_commit_that_no_branch_holds_any_more(tmp_path: Path, origin: Repository) -> None:
    origin.commit("1.0")
    lost = origin.commit("2.0")
    origin.git("reset", "--quiet", "--hard", "HEAD~1")
    origin.git("config", "uploadpack.allowAnySHA1InWant", "true")
    folder = git(tmp_path / "cache").checkout(origin.url, lost)
    assert "2.0" in Path(folder / "helper.py").read_text()


def test_a_branch_that_went_back(tmp_path: Path, origin: Repository) -> None:
    repositories = git(tmp_path / "cache")
    first, second = origin.commit("1.0"), origin.commit("2.0")
    assert repositories.resolve(origin.url, "main") == second
    origin.git("reset", "--quiet", "--hard", "HEAD~1")
    assert repositories.resolve(origin.url, "main") == first


def test_offline_only_the_cache_is_asked(tmp_path: Path) -> None:
    repositories = git(tmp_path / "cache", offline=True)
    url = "https://acme.example/a.git"
    with pytest.raises(NetworkError) as raised:
        repositories.checkout(url, "a" * 40)
    message = f"commit `{'a' * 40}` of `{url}` is not cached, and nothing is fetched offline"
    assert raised.value.message == message
    with pytest.raises(NetworkError) as raised:
        repositories.resolve(url, "main")
    assert raised.value.message == (
        f"branch, tag or commit `main` of `{url}` is not cached, and nothing is fetched offline"
    )


CHECKOUT = """
import os, sys
from pathlib import Path
from assembler.adapters.git import GitRepositories, GitSettings
from assembler.adapters.processes import ChildProcesses
from assembler.adapters.turns import FolderCacheLock

class Said:
    def note(self, message):
        print(message, flush=True)

cache = Path(sys.argv[1])
settings = GitSettings(environment=dict(os.environ))
locks = FolderCacheLock(cache / "locks", Said(), grace=60.0)
repositories = GitRepositories(ChildProcesses(), cache, locks, settings)
print("ready", flush=True)
sys.stdin.read()
commit = repositories.resolve(sys.argv[2], "main")
print(Path(repositories.checkout(sys.argv[2], commit), "helper.py").read_text())
locks.close()
"""


@pytest.mark.parametrize("locks", [True, False])
def test_processes_share_one_mirror(tmp_path: Path, origin: Repository, *, locks: bool) -> None:
    origin.commit("1.0")
    if not locks:
        (tmp_path / "cache").mkdir()
        (tmp_path / "cache/locks").write_text("in the way")
    command = [sys.executable, "-c", CHECKOUT, str(tmp_path / "cache"), origin.url]
    started = [
        subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True) for _ in range(4)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    for process in started:
        output, errors = process.communicate(timeout=60)
        assert (process.returncode, errors) == (0, "")
        assert "helper 1.0" in output
    (mirror,) = (tmp_path / "cache/git/mirrors").iterdir()
    assert (mirror / "HEAD").exists()
    (tree,) = (tmp_path / "cache/git/trees").iterdir()
    assert (tree / "helper.py").exists()


def test_a_repository_over_http(tmp_path: Path, origin: Repository) -> None:
    old, new = origin.commit("1.0", "v1"), origin.commit("2.0")
    with serve(origin.folder.parent) as url:
        found = git(tmp_path / "cache")
        address = f"{url}/{origin.folder.name}/.git"
        assert (found.resolve(address, "v1"), found.resolve(address, None)) == (old, new)
        assert "1.0" in Path(found.checkout(address, old) / "helper.py").read_text()
        with pytest.raises(NetworkError):
            found.resolve(f"{url}/nothing/.git", None)
