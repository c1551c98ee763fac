"""Files of git repositories, at a commit that the lock holds."""

import base64
import hashlib
import os
import sys
from pathlib import Path

import pytest
import tomli

from tests.behaviours.programs import program
from tests.behaviours.world import World
from tests.repositories import Repository, serve


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with two commits, the first of which has the tag `v1`."""
    repository = Repository(tmp_path / "src")
    (repository.folder / "bin").mkdir()
    tool = repository.folder / "bin/tool"
    tool.write_text("#!/bin/sh\necho tool\n")
    tool.chmod(0o755)
    (repository.folder / "bin/link").symlink_to("tool")
    (repository.folder / ".gitattributes").write_text("*.txt text eol=crlf\n*.id ident\n")
    (repository.folder / "a.txt").write_text("one\ntwo\n")
    (repository.folder / "a.id").write_text("$Id$\n")
    repository.commit("1.0", "v1")
    repository.commit("2.0")
    return repository


def use(world: World, url: str, more: str = "") -> None:
    """Write an assembly that takes the files of a repository."""
    world.assembly(f'[parts.src]\nrecipe = "git"\nurl = "{url}"\n{more}\n')


def locked(world: World) -> dict[str, object]:
    """The repository in the lock."""
    lock = tomli.loads((world.project / "pylock.toml").read_text())
    (found,) = lock["tool"]["assembler"]["repositories"]
    assert isinstance(found, dict)
    return found


def folder(world: World) -> Path:
    """The directory of the part `src`."""
    return (world.prefix / ".assembly/current/parts/src").resolve()


def tree_hash(top: Path) -> str:
    """The hash that git gives a tree of these files."""
    entries = []
    for path in top.iterdir():
        if path.is_symlink():
            mode, hashed = "120000", object_hash("blob", os.readlink(path).encode())
        elif path.is_dir():
            mode, hashed = "40000", tree_hash(path)
        else:
            mode = "100755" if path.stat().st_mode & 0o100 else "100644"
            hashed = object_hash("blob", path.read_bytes())
        order = path.name.encode() + (b"/" if mode == "40000" else b"")
        entries.append((order, f"{mode} {path.name}\0".encode() + bytes.fromhex(hashed)))
    return object_hash("tree", b"".join(entry for _, entry in sorted(entries)))


def object_hash(kind: str, content: bytes) -> str:
    """The name that git gives an object."""
    return hashlib.sha1(f"{kind} {len(content)}\0".encode() + content).hexdigest()


def test_the_tree_is_that_of_the_commit(world: World, repository: Repository) -> None:
    """Byte for byte, whatever attributes and the user's own git say about line endings."""
    config = world.write("gitconfig", "[core]\n\tautocrlf = true\n\tfileMode = false\n")
    use(world, repository.url, 'rev = "v1"')
    world.done("lock")
    world.done("build", environment={"GIT_CONFIG_GLOBAL": str(config)}, umask=0o077)
    tree = repository.git("rev-parse", "v1^{tree}")
    assert tree_hash(folder(world)) == tree
    assert not (folder(world) / ".git").exists()
    assert (folder(world) / "a.txt").read_bytes() == b"one\ntwo\n"
    assert (folder(world) / "bin/tool").stat().st_mode & 0o777 == 0o755
    commit = repository.git("rev-parse", "v1")
    assert locked(world) == {
        "url": repository.url,
        "rev": "v1",
        "submodules": False,
        "commit": commit,
    }
    world.done("lock", "--check")
    assert world.done("build", "--json").document["changed"] is False
    assert world.done("verify").code == 0


def test_its_files_are_there_for_others(world: World, repository: Repository) -> None:
    use(
        world,
        repository.url,
        """
[parts.said]
recipe = "command"
shell = "${parts.src.dir}/bin/link > said"
outputs = ["said"]
expose = ["said"]
""",
    )
    world.build()
    assert (world.prefix / "said").read_text() == "tool\n"


def test_the_files_are_shown_where_to_says(world: World, repository: Repository) -> None:
    use(world, repository.url, 'to = "share/src"')
    world.build()
    assert (world.prefix / "share/src/helper.py").read_text() == (
        'def main():\n    print("helper 2.0")\n'
    )
    world.assembly("")
    world.build()
    assert not (world.prefix / "share").exists()


@pytest.mark.parametrize(
    ("rev", "upgrade"), [("", ["--upgrade"]), ('rev = "main"', ["--upgrade", "src"])]
)
def test_a_branch_moves_with_upgrade_only(
    world: World, repository: Repository, rev: str, upgrade: list[str]
) -> None:
    use(world, repository.url, rev)
    world.build()
    before = locked(world)["commit"]
    moved = repository.commit("3.0")
    world.done("lock")
    assert locked(world)["commit"] == before
    ended = world.done("lock", *upgrade)
    assert locked(world)["commit"] == moved
    because = "`main`" if rev else "the default branch"
    assert ended.messages.startswith(
        f"src:\n  ~ {repository.url} {str(before)[:12]} → {moved[:12]}  ({because})\n"
    )
    planned = world.plan()
    reason = f"`{repository.url}` moved {str(before)[:12]} → {moved[:12]}"
    assert planned["parts"][0]["reasons"] == [reason]
    world.done("build")
    assert "helper 3.0" in (folder(world) / "helper.py").read_text()


def test_what_is_asked_must_be_locked(world: World, repository: Repository) -> None:
    use(world, repository.url, 'rev = "v1"')
    world.done("lock")
    world.edit('rev = "v1"', 'rev = "main"')
    for command in (["build"], ["lock", "--check"]):
        ended = world.assemble(*command)
        assert ended.code == 6
        assert f"`{repository.url}` at `main` is not in the lock" in ended.messages
    world.edit('rev = "main"', 'rev = "main"\nsubmodules = true')
    ended = world.assemble("build")
    assert f"`{repository.url}` at `main` with submodules is not in the lock" in ended.messages
    world.edit('rev = "main"\nsubmodules = true', 'rev = "v1"\nsubmodules = true')
    repository.git("tag", "--force", "v1", "main")
    first = locked(world)["commit"]
    world.done("lock")
    assert locked(world)["commit"] == first
    world.assembly("")
    ended = world.assemble("lock", "--check")
    assert ended.code == 6
    assert f"`{repository.url}` at `v1` with submodules is no longer asked for" in ended.messages


def test_offline_the_mirror_in_the_cache_is_enough(world: World, repository: Repository) -> None:
    with serve(repository.folder.parent) as git:
        use(world, f"{git}/src/.git")
        world.done("lock")
    world.done("lock", "--offline")
    world.done("build", "--offline")
    assert "helper 2.0" in (folder(world) / "helper.py").read_text()
    world.cache.rename(world.folder / "away")
    ended = world.assemble("build", "--offline", "--prefix", "other")
    commit = locked(world)["commit"]
    assert ended.code == 3
    assert ended.messages.startswith(
        f"error: commit `{commit}` of `{git}/src/.git` is not cached, and nothing is fetched "
    )


def test_damaged_files_in_the_cache_are_made_again(world: World, repository: Repository) -> None:
    use(world, repository.url)
    world.done("lock")
    world.done("build", "--prefix", "first")
    (tree,) = (world.cache / "git/trees").iterdir()
    (tree / "helper.py").write_text("damaged\n")
    (tree / "more").write_text("foreign\n")
    world.done("build")
    assert tree_hash(folder(world)) == repository.git("rev-parse", "main^{tree}")


@pytest.fixture
def nested(tmp_path: Path, repository: Repository) -> Repository:
    """A repository with the submodule `lib/src`, which has `deep`; both by relative URLs."""
    deep = Repository(tmp_path / "deep")
    deep.commit("0.1")
    allow = ("-c", "protocol.file.allow=always")
    repository.git(*allow, "submodule", "--quiet", "add", "../deep", "deep")
    repository.commit("3.0")
    top = Repository(tmp_path / "top")
    top.git(*allow, "submodule", "--quiet", "add", "../src", "lib/src")
    top.commit("1.0")
    repository.commit("4.0")
    return top


def test_submodules_are_at_their_recorded_commits(world: World, nested: Repository) -> None:
    with serve(nested.folder.parent) as git:
        use(world, f"{git}/top/.git", "submodules = true")
        world.edit("/top/.git", "/top")
        (nested.folder.parent / "top.git").symlink_to("top/.git")
        world.edit(f"{git}/top", f"{git}/top.git")
        for name in ("src", "deep"):
            bare = nested.folder.parent / name
            bare.rename(bare.with_name(f"{name}-work"))
            bare.symlink_to(f"{name}-work/.git")
        world.done("lock")
    assert locked(world)["modules"] == [
        {
            "path": "lib/src",
            "url": f"{git}/src",
            "commit": nested.git("rev-parse", "HEAD:lib/src"),
        },
        {
            "path": "lib/src/deep",
            "url": f"{git}/deep",
            "commit": nested.git("-C", "lib/src", "rev-parse", "HEAD:deep"),
        },
    ]
    world.done("build", "--offline")
    top = folder(world)
    assert "helper 1.0" in (top / "helper.py").read_text()
    assert "helper 3.0" in (top / "lib/src/helper.py").read_text()
    assert "helper 0.1" in (top / "lib/src/deep/helper.py").read_text()
    assert not list(top.rglob(".git"))


def test_submodules_stay_empty_unless_asked_for(world: World, nested: Repository) -> None:
    use(world, nested.url)
    world.build()
    assert list((folder(world) / "lib/src").iterdir()) == []


def test_credentials_are_refused_and_not_repeated(world: World) -> None:
    use(world, "https://me:hunter2@git.acme.example/src.git")
    ended = world.assemble("lock")
    assert ended.code == 1
    assert "a URL in the file can't hold credentials" in ended.messages
    assert "hunter2" not in ended.messages


def test_credentials_of_gits_own_helpers_are_used_and_not_kept(
    world: World, repository: Repository
) -> None:
    helper = world.folder / "helper"
    helper.write_text("#!/bin/sh\necho username=me\necho password=hunter2\n")
    helper.chmod(0o755)
    config = world.folder / "gitconfig"
    config.write_text(f"[credential]\n\thelper = {helper}\n")
    header = "Basic " + base64.b64encode(b"me:hunter2").decode()
    with serve(repository.folder.parent, header) as git:
        use(world, f"{git}/src/.git")
        ended = world.assemble("lock")
        assert ended.code == 3
        assert f"git can't fetch `{git}/src/.git`" in ended.messages
        known = {"GIT_CONFIG_GLOBAL": str(config)}
        said = [world.done("lock", environment=known), world.done("build", environment=known)]
    assert "hunter2" not in "".join(ended.output + ended.messages for ended in said)
    assert not holding(b"hunter2", world.project, world.cache)


def holding(word: bytes, *folders: Path) -> list[Path]:
    """The files in folders that hold a word."""
    files = (path for folder in folders for path in folder.rglob("*") if path.is_file())
    return [path for path in files if word in path.read_bytes()]


def test_credentials_of_submodules_are_not_kept(
    world: World, repository: Repository, tmp_path: Path
) -> None:
    with serve(tmp_path) as git:
        link = git.replace("http://", "http://me:hunter2@") + "/src/.git"
        top = Repository(tmp_path / "top")
        (top.folder / ".gitmodules").write_text(f'[submodule "s"]\npath = s\nurl = {link}\n')
        commit = repository.git("rev-parse", "HEAD")
        top.git("update-index", "--add", "--cacheinfo", f"160000,{commit},s")
        top.git("add", ".gitmodules")
        top.git("commit", "--quiet", "--message", "s")
        use(world, f"{git}/top/.git", "submodules = true")
        world.build()
    assert locked(world)["modules"] == [{"path": "s", "url": f"{git}/src/.git", "commit": commit}]
    found = holding(b"hunter2", world.project, world.cache)
    assert {path.name for path in found} == {".gitmodules"}


@pytest.mark.parametrize("url", ["file:///etc", "git://acme.example/x", "ext::sh -c id"])
def test_submodules_from_elsewhere_are_refused(
    world: World, repository: Repository, tmp_path: Path, url: str
) -> None:
    top = Repository(tmp_path / "top")
    (top.folder / ".gitmodules").write_text(f'[submodule "s"]\npath = s\nurl = "{url}"\n')
    commit = repository.git("rev-parse", "HEAD")
    top.git("update-index", "--add", "--cacheinfo", f"160000,{commit},s")
    top.git("add", ".gitmodules")
    top.git("commit", "--quiet", "--message", "s")
    with serve(tmp_path) as git:
        use(world, f"{git}/top/.git", "submodules = true")
        ended = world.assemble("lock")
    assert ended.code == 1
    assert f"the submodule `s` of `{git}/top/.git` is at `" in ended.messages
    assert not (world.project / "pylock.toml").exists()


def test_a_name_that_no_file_may_have(world: World, repository: Repository) -> None:
    (repository.folder / "a\\b").write_text("x")
    repository.commit("3.0")
    use(world, repository.url)
    world.done("lock")
    ended = world.assemble("build")
    assert ended.code == 5
    assert "part `src`: a path in commit " in ended.messages
    assert "holds the character" in ended.messages
    assert not (world.prefix / ".assembly/current").exists()


@pytest.mark.parametrize(
    ("key", "after", "words"),
    [
        ("commit", "--upload-pack=x", "`--upload-pack=x` is no commit"),
        ("url", "ext::sh", "`ext::sh` is no URL of a repository"),
        ("rev", "-x", "`-x` is no revision"),
    ],
)
def test_a_tampered_lock_is_refused(
    world: World, repository: Repository, key: str, after: str, words: str
) -> None:
    use(world, repository.url, 'rev = "v1"')
    world.done("lock")
    world.edit(f'{key} = "{locked(world)[key]}"', f'{key} = "{after}"', "pylock.toml")
    ended = world.assemble("build")
    assert ended.code == 4
    assert words in ended.messages


def test_git_must_be_installed(world: World, repository: Repository) -> None:
    use(world, repository.url)
    without = {"PATH": str(Path(sys.executable).parent)}
    ended = world.assemble("lock", environment=without)
    assert ended.code == 8
    assert ended.messages.startswith("error: git is not installed\n")
    assert "hint: install git" in ended.messages


def test_other_commands_know_a_lock_with_repositories(world: World, repository: Repository) -> None:
    world.release("tool", "1.0")
    use(world, repository.url, program("app", ["tool"]))
    world.done("lock")
    assert world.done("outdated", "--json").document["outdated"] == []
    assert "tool 1.0" in world.done("tree").output
    assert "tool 1.0" in world.done("why", "tool").output
    exported = world.done("export", "--format", "pylock", "--program", "app").output
    assert "tool" in exported
    assert repository.url not in exported
