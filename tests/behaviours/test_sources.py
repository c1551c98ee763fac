"""Distributions from URLs, files and git repositories instead of an index."""

import hashlib
from pathlib import Path

import pytest
import tomli

from tests.behaviours.programs import program
from tests.behaviours.world import PYTHON, World
from tests.repositories import Repository, says, serve
from tests.wheels import make_sdist, make_wheel


def wheel(name: str, version: str, tag: str = "py3-none-any") -> tuple[str, bytes]:
    """A wheel with a script that prints name and version."""
    return make_wheel(
        name,
        version,
        tag=tag,
        files=says(name, f"{name} {version}"),
        entry_points={"console_scripts": {name: f"{name}:main"}},
    )


def locked(world: World, name: str) -> dict[str, object]:
    """The entry of a distribution in the lock."""
    lock = tomli.loads((world.project / "pylock.toml").read_text())
    found: dict[str, object] = next(one for one in lock["packages"] if one["name"] == name)
    return found


def test_wheel_at_a_url(world: World) -> None:
    filename, content = wheel("thing", "1.0")
    world.index.files[filename] = content
    world.release("thing", "9.0")
    url = world.index.file_url(filename)
    world.assembly(program("app", ["thing"]), before=f'[sources]\nthing = {{ url = "{url}" }}\n')
    world.build()
    assert world.launch("thing") == "thing 1.0"
    digest = hashlib.sha256(content).hexdigest()
    entry = locked(world, "thing")
    assert entry["archive"] == {"url": url, "size": len(content), "hashes": {"sha256": digest}}
    assert entry["version"] == "1.0"
    world.done("lock", "--check")
    assert world.done("lock", "--json").document["changed"] is False


def test_wheel_at_a_url_is_kept_until_it_is_upgraded(world: World) -> None:
    filename, content = wheel("thing", "1.0")
    world.index.files[filename] = content
    url = world.index.file_url(filename)
    world.assembly(program("app", ["thing"]), before=f'[sources]\nthing = {{ url = "{url}" }}\n')
    world.done("lock")
    _, other = make_wheel("thing", "1.0", files=says("thing", "other"))
    world.index.files[filename] = other
    world.done("lock")
    assert hashlib.sha256(content).hexdigest() in str(locked(world, "thing"))
    world.done("lock", "--upgrade", "thing")
    assert hashlib.sha256(other).hexdigest() in str(locked(world, "thing"))


def test_wheel_at_a_url_with_another_hash(world: World) -> None:
    filename, content = wheel("thing", "1.0")
    world.index.files[filename] = content
    url = world.index.file_url(filename)
    source = f'[sources]\nthing = {{ url = "{url}", sha256 = "{"0" * 64}" }}\n'
    world.assembly(program("app", ["thing"]), before=source)
    ended = world.assemble("lock")
    assert ended.code == 4
    assert f"`{filename}` has another hash than expected" in ended.messages
    assert hashlib.sha256(content).hexdigest() in ended.messages


def test_wheel_at_a_url_for_another_machine(world: World) -> None:
    filename, content = wheel("thing", "1.0", "cp311-cp311-win_amd64")
    world.index.files[filename] = content
    url = world.index.file_url(filename)
    world.assembly(program("app", ["thing"]), before=f'[sources]\nthing = {{ url = "{url}" }}\n')
    ended = world.assemble("lock")
    assert ended.code == 1
    assert "win_amd64" in ended.messages


def test_sdist_at_a_url(world: World) -> None:
    filename, content = make_sdist(
        "thing", "1.0", files=says("thing", "built"), scripts={"thing": "thing:main"}
    )
    world.index.files[filename] = content
    url = world.index.file_url(filename)
    world.assembly(program("app", ["thing"]), before=f'[sources]\nthing = {{ url = "{url}" }}\n')
    world.build()
    assert world.launch("thing") == "built"


def test_another_distribution_at_a_url(world: World) -> None:
    filename, content = wheel("other", "1.0")
    world.index.files[filename] = content
    url = world.index.file_url(filename)
    world.assembly(program("app", ["thing"]), before=f'[sources]\nthing = {{ url = "{url}" }}\n')
    ended = world.assemble("lock")
    assert ended.code == 1
    assert ended.messages.startswith(f"error: `{url}` is `other`, not `thing`\n")


@pytest.mark.parametrize("source", ['"vendor/*.whl" = {}', 'thing = { path = "vendor/NAME" }'])
def test_wheel_of_the_project(world: World, source: str) -> None:
    filename, content = wheel("thing", "1.0")
    vendored = world.project / "vendor" / filename
    vendored.parent.mkdir()
    vendored.write_bytes(content)
    before = f"[sources]\n{source.replace('NAME', filename)}\n"
    world.assembly(program("app", ["thing"]), before=before)
    world.build()
    assert world.launch("thing") == "thing 1.0"
    archive = {
        "path": f"vendor/{filename}",
        "size": len(content),
        "hashes": {"sha256": hashlib.sha256(content).hexdigest()},
    }
    assert locked(world, "thing")["archive"] == archive
    assert world.done("build", "--json").document["changed"] is False
    vendored.write_bytes(make_wheel("thing", "1.0", files=says("thing", "other"))[1])
    ended = world.assemble("build")
    assert ended.code == 6
    assert f"the sha256 of `vendor/{filename}` is now" in ended.messages


def test_two_wheels_of_one_distribution(world: World) -> None:
    vendor = world.project / "vendor"
    vendor.mkdir()
    for version in ("1.0", "2.0"):
        filename, content = wheel("thing", version)
        (vendor / filename).write_bytes(content)
    world.assembly(program("app", ["thing"]), before='[sources]\n"vendor/*.whl" = {}\n')
    ended = world.assemble("lock")
    assert ended.code == 1
    one, other = (f"`vendor/thing-{version}-py3-none-any.whl`" for version in ("1.0", "2.0"))
    assert ended.messages.startswith(f"error: `thing` is both {one} and {other}\n")


TARGETS = '[lock]\ntargets = ["linux-x86_64", "macos-arm64"]\n'


def platform_wheels(world: World, version: str = "1.0") -> dict[str, Path]:
    """Wheels of one version in `vendor`: for Linux, with a dependency, for macOS, for all."""
    vendor = world.project / "vendor"
    vendor.mkdir(exist_ok=True)
    minor = f"cp{PYTHON.replace('.', '')}"
    tags = {
        "linux": f"{minor}-{minor}-manylinux_2_17_x86_64",
        "macos": f"{minor}-{minor}-macosx_11_0_arm64",
        "any": "py3-none-any",
    }
    found: dict[str, Path] = {}
    for name, tag in tags.items():
        filename, content = make_wheel(
            "thing",
            version,
            tag=tag,
            requires=["driver"] if name == "linux" else [],
            files=says("thing", f"thing for {name}"),
            entry_points={"console_scripts": {"thing": "thing:main"}},
        )
        found[name] = vendor / filename
        found[name].write_bytes(content)
    return found


def test_wheels_of_one_version_for_several_machines(world: World) -> None:
    wheels = platform_wheels(world)
    wheels["any"].unlink()
    world.release("driver", "1.0")
    before = f'[sources]\n"vendor/*.whl" = {{}}\n{TARGETS}'
    world.assembly(program("app", ["thing"]), before=before)
    world.build()
    assert world.launch("thing") == "thing for linux"
    lock = tomli.loads((world.project / "pylock.toml").read_text())
    things = [entry for entry in lock["packages"] if entry["name"] == "thing"]
    assert {entry["archive"]["path"]: entry["marker"] for entry in things} == {
        f"vendor/{wheels['linux'].name}": "'app' in dependency_groups and sys_platform == 'linux'",
        f"vendor/{wheels['macos'].name}": "'app' in dependency_groups and sys_platform == 'darwin'",
    }
    (driver,) = (entry for entry in lock["packages"] if entry["name"] == "driver")
    assert "sys_platform == 'linux'" in driver["marker"]
    world.done("lock", "--check")
    assert world.done("lock", "--json").document["changed"] is False
    assert world.done("build", "--json").document["changed"] is False

    wheels["macos"].write_bytes(make_wheel("thing", "1.0", files=says("thing", "other"))[1])
    ended = world.assemble("build")
    assert ended.code == 6
    assert f"the sha256 of `vendor/{wheels['macos'].name}` is now" in ended.messages
    wheels["macos"].unlink()
    ended = world.assemble("build")
    assert f"`thing` now comes from `vendor/{wheels['linux'].name}`, was " in ended.messages
    ended = world.assemble("lock")
    assert ended.code == 1
    assert "macos-arm64" in ended.messages


def test_the_best_wheel_of_several_is_taken(world: World) -> None:
    platform_wheels(world)
    world.release("driver", "1.0")
    targets = TARGETS.replace("macos-arm64", "windows-x86_64")
    before = f'[sources]\n"vendor/*.whl" = {{}}\n{targets}'
    world.assembly(program("app", ["thing"]), before=before)
    world.build()
    assert world.launch("thing") == "thing for linux"
    text = (world.project / "pylock.toml").read_text()
    assert "thing-1.0-py3-none-any.whl" in text
    other = world.done("export", "--format", "pylock", "--target", "windows-x86_64").output
    assert "vendor/thing-1.0-py3-none-any.whl" in other
    assert "driver" not in other


def test_sdists_of_the_project(world: World) -> None:
    vendor = world.project / "vendor"
    vendor.mkdir()
    for name in ("one", "two"):
        filename, content = make_sdist(
            name, "1.0", files=says(name, name), scripts={name: f"{name}:main"}
        )
        (vendor / filename).write_bytes(content)
    world.assembly(program("app", ["one", "two"]), before='[sources]\n"vendor/*.tar.gz" = {}\n')
    world.build()
    assert (world.launch("one"), world.launch("two")) == ("one", "two")
    assert world.done("build", "--json").document["changed"] is False


def test_missing_wheel_of_the_project(world: World) -> None:
    world.assembly(program("app", ["thing"]), before='[sources]\nthing = { path = "no.whl" }\n')
    ended = world.assemble("lock")
    assert ended.code == 1
    assert ended.messages.startswith("error: there is no file `no.whl`\n")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with versions 1.0 (tag `v1`) and 2.0."""
    repository = Repository(tmp_path / "helper")
    repository.commit("1.0", "v1")
    repository.commit("2.0")
    return repository


def use(world: World, url: str, more: str = "") -> None:
    """Write an assembly whose program takes `helper` from a repository."""
    source = f'[sources]\nhelper = {{ git = "{url}"{more} }}\n'
    world.assembly(program("app", ["helper"]), before=source)


def test_tag_of_a_repository(world: World, repository: Repository) -> None:
    use(world, repository.url, ', rev = "v1"')
    world.build()
    assert world.launch("helper") == "helper 1.0"
    entry = locked(world, "helper")
    assert entry["vcs"] == {
        "type": "git",
        "url": repository.url,
        "requested-revision": "v1",
        "commit-id": repository.git("rev-parse", "v1"),
    }
    assert "version" not in entry
    world.done("lock", "--check")
    world.edit('rev = "v1"', 'rev = "main"')
    ended = world.assemble("build")
    assert ended.code == 6
    assert (
        f"`helper` now comes from `{repository.url}` at `main`, was `{repository.url}` at `v1`"
    ) in ended.messages


@pytest.mark.parametrize("more", ["", ', rev = "main"'])
def test_branch_of_a_repository_moves_with_upgrade(
    world: World, repository: Repository, more: str
) -> None:
    use(world, repository.url, more)
    world.build()
    assert world.launch("helper") == "helper 2.0"
    repository.commit("3.0")
    world.build()
    assert world.launch("helper") == "helper 2.0"
    world.done("lock", "--upgrade", "helper")
    world.done("build")
    assert world.launch("helper") == "helper 3.0"


def test_branch_of_a_repository_moves_with_upgrade_in_a_program(
    world: World, repository: Repository
) -> None:
    use(world, repository.url)
    world.done("lock")
    moved = repository.commit("3.0")
    world.done("lock", "--upgrade", "app:helper")
    assert moved in str(locked(world, "helper"))


def test_commit_of_a_repository(world: World, repository: Repository) -> None:
    commit = repository.git("rev-parse", "v1")
    use(world, repository.url, f', rev = "{commit}"')
    world.build()
    assert world.launch("helper") == "helper 1.0"


def test_built_again_without_the_repository(world: World, repository: Repository) -> None:
    use(world, repository.url)
    world.done("lock")
    repository.folder.rename(repository.folder.with_name("away"))
    world.done("build")
    assert world.launch("helper") == "helper 2.0"


def test_locked_commit_is_built_where_nothing_is_cached(
    world: World, repository: Repository
) -> None:
    use(world, repository.url)
    world.done("lock")
    repository.commit("3.0")
    world.cache.rename(world.folder / "other-cache")
    world.done("build")
    assert world.launch("helper") == "helper 2.0"


def test_subdirectory_of_a_repository(world: World, tmp_path: Path) -> None:
    repository = Repository(tmp_path / "many", "libs/helper")
    repository.commit("1.0")
    use(world, repository.url, ', subdirectory = "libs/helper"')
    world.build()
    assert world.launch("helper") == "helper 1.0"
    world.edit("libs/helper", "libs/other")
    ended = world.assemble("lock")
    assert ended.code == 1
    assert f"`{repository.url}` has no folder `libs/other` at " in ended.messages


def test_repository_over_http(world: World, repository: Repository) -> None:
    """The commit of a branch is locked, and moves with `--upgrade` only; offline it is cached."""
    with serve(repository.folder.parent) as url:
        use(world, f"{url}/helper/.git", ', rev = "main"')
        world.build()
        assert world.launch("helper") == "helper 2.0"
        before = (world.project / "pylock.toml").read_bytes()
        moved = repository.commit("3.0")
        world.done("lock")
        assert (world.project / "pylock.toml").read_bytes() == before
        world.done("lock", "--upgrade", "helper")
        assert moved in str(locked(world, "helper"))
        world.build()
        assert world.launch("helper") == "helper 3.0"
    world.done("lock", "--offline")
    world.done("build", "--offline")


def test_no_such_revision(world: World, repository: Repository) -> None:
    use(world, repository.url, ', rev = "v9"')
    ended = world.assemble("lock")
    assert ended.code == 1
    message = f"error: `{repository.url}` has no branch, tag or commit `v9`\n"
    assert ended.messages.startswith(message)


def test_no_such_repository(world: World) -> None:
    url = (world.folder / "nothing").as_uri()
    use(world, url)
    ended = world.assemble("lock")
    assert ended.code == 3
    assert ended.messages.startswith(f"error: git can't fetch `{url}`\n")


def test_two_sources_of_one_name(world: World, repository: Repository) -> None:
    filename, content = wheel("helper", "1.0")
    (world.project / filename).write_bytes(content)
    use(world, repository.url)
    world.edit("[sources]", f'[sources]\n"./{filename}" = {{}}')
    ended = world.assemble("lock")
    assert ended.code == 1
    assert ended.messages.startswith("error: `helper` has two sources\n")
