"""`--offline` uses the cache alone, and tells everything that it lacks at once."""

import shutil
from pathlib import Path

import pytest

from tests.behaviours.programs import program, release_app
from tests.behaviours.world import World
from tests.repositories import Repository, serve
from tests.wheels import make_tree, make_wheel


def told(world: World, *arguments: str) -> list[str]:
    """What the command says when it lacks something, with the index under a name."""
    ended = world.assemble(*arguments)
    assert ended.code == 3
    assert not world.prefix.exists()
    return ended.messages.replace(world.index.origin, "INDEX").splitlines()


@pytest.fixture
def two_programs(world: World) -> World:
    """Two programs with distributions of their own and one in common, not locked."""
    release_app(world, "demo", "1.0", "demo", requires=["common"])
    release_app(world, "other", "1.0", "other", requires=["common"])
    world.release("common", "1.0")
    world.assembly(program("app", ["demo"]) + program("more", ["other"]))
    return world


def test_62_a_lock_with_an_empty_cache_names_all_pages_of_roots(two_programs: World) -> None:
    world = two_programs
    assert told(world, "--offline", "lock") == [
        "error: 2 things are not cached, and nothing is fetched offline",
        "  the page of `demo` on `INDEX/simple/`",
        "  the page of `other` on `INDEX/simple/`",
        "hint: run `assemble lock` once with the network",
    ]
    assert world.index.requests == []
    assert not (world.project / "pylock.toml").exists()


def test_62_a_lock_names_the_pages_that_an_earlier_lock_leads_to(two_programs: World) -> None:
    world = two_programs
    world.done("lock")
    for page in (world.cache / "pages-4").iterdir():
        page.unlink()
    shutil.rmtree(world.cache / "solved")
    world.index.requests.clear()
    assert told(world, "lock", "--offline")[1:-1] == [
        "  the page of `common` on `INDEX/simple/`",
        "  the page of `demo` on `INDEX/simple/`",
        "  the page of `other` on `INDEX/simple/`",
    ]
    assert world.index.requests == []


def test_62_a_lock_names_metadata_and_pages(two_programs: World) -> None:
    world = two_programs
    world.done("lock")
    world.release("fresh", "1.0", requires=["unseen"])
    world.edit('["demo"]', '["demo", "fresh"]')
    for folder in ("metadata-1", "recent-1"):
        shutil.rmtree(world.cache / folder)
    said = told(world, "lock", "--offline")
    assert said[0] == "error: 3 things are not cached, and nothing is fetched offline"
    assert set(said[1:-1]) == {
        "  the page of `fresh` on `INDEX/simple/`",
        *(f"  `INDEX/files/{name}-1.0-py3-none-any.whl`" for name in ("common", "demo")),
    }


def test_62_a_build_names_every_file(two_programs: World) -> None:
    world = two_programs
    world.done("lock")
    shutil.rmtree(world.cache)
    world.index.requests.clear()
    said = told(world, "build", "--offline")
    assert said[0] == "error: 3 things are not cached, and nothing is fetched offline"
    assert sorted(said[1:-1]) == [
        f"  `INDEX/files/{name}-1.0-py3-none-any.whl`" for name in ("common", "demo", "other")
    ]
    assert said[-1] == "hint: run `assemble build` once with the network"
    assert world.index.requests == []
    world.done("build")


def test_62_a_build_names_what_builds_need(world: World) -> None:
    make_tree(world.project / "own", "own", "1.0", build_requires=["tool", "helper"])
    for name in ("tool", "helper", "demo"):
        world.release(name, "1.0")
    world.assembly(program("app", ["own", "demo"]), before='[sources]\nown = { path = "own" }\n')
    world.done("lock")
    shutil.rmtree(world.cache)
    said = told(world, "build", "--offline")
    assert sorted(said[1:-1]) == [
        f"  `INDEX/files/{name}-1.0-py3-none-any.whl`" for name in ("demo", "helper", "tool")
    ]


def test_62_a_lock_names_sources_too(world: World, tmp_path: Path) -> None:
    repository = Repository(tmp_path / "helper")
    repository.commit("1.0")
    name, content = make_wheel("thing", "1.0")
    world.index.files[name] = content
    url = world.index.file_url(name)
    with serve(tmp_path) as git:
        sources = f"""[sources]
helper = {{ git = "{git}/helper/.git", rev = "main" }}
thing = {{ url = "{url}" }}
"""
        world.assembly(program("app", ["helper", "thing>=1", "demo"]), before=sources)
        said = [line.replace(git, "GIT") for line in told(world, "lock", "--offline")]
    assert said == [
        "error: 3 things are not cached, and nothing is fetched offline",
        "  `INDEX/files/thing-1.0-py3-none-any.whl`",
        "  branch, tag or commit `main` of `GIT/helper/.git`",
        "  the page of `demo` on `INDEX/simple/`",
        "hint: run `assemble lock` once with the network",
    ]


def test_62_a_build_names_every_download_of_parts(world: World) -> None:
    parts = ""
    for number in range(2):
        world.index.files[f"data-{number}.txt"] = b"data"
        url = world.index.file_url(f"data-{number}.txt")
        parts += f'[parts.data{number}]\nrecipe = "download"\nurl = "{url}"\n'
    world.index.files["data-1.txt"] = b"more data"
    world.assembly(parts)
    world.done("lock")
    shutil.rmtree(world.cache)
    assert told(world, "build", "--offline") == [
        "error: 2 things are not cached, and nothing is fetched offline",
        "  `INDEX/files/data-0.txt`",
        "  `INDEX/files/data-1.txt`",
        "hint: run `assemble build` once with the network",
    ]
    world.done("build")
    shutil.rmtree(world.cache)
    assert world.done("build", "--offline", "--json").document["changed"] is False
