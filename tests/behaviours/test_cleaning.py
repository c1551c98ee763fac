"""Earlier generations go, and what they alone used."""

from pathlib import Path

import pytest

from tests.behaviours.commands import command
from tests.behaviours.programs import program, release_app
from tests.behaviours.world import World


@pytest.fixture
def thrice(world: World) -> World:
    """A prefix with three generations: of a program, and of a command that prints."""
    for version in ("1.0", "2.0", "3.0"):
        release_app(world, "tool", version, "tool")
        shell = command("talker", version).replace("; echo", "; echo hello; echo")
        world.assembly(program("web", [f"tool=={version}"]) + shell)
        world.build()
    return world


def inside(world: World, folder: str) -> list[str]:
    return sorted(path.name for path in (world.prefix / ".assembly" / folder).iterdir())


def test_what_earlier_generations_alone_used_goes(thrice: World) -> None:
    assert thrice.done("clean").messages == "nothing to remove\n"
    before = thrice.tree()
    would = thrice.done("clean", "--keep", "1", "--dry-run", "--json")
    assert would.document["changed"] is False
    lock = {".assembly/lock": before[".assembly/lock"]}
    assert thrice.tree() | lock == before
    live = thrice.made("web"), thrice.made("talker")
    size = freed(thrice, would.document)
    cleaned = thrice.done("clean", "--keep", "1", "--json")
    assert cleaned.document == would.document | {"changed": True}
    assert cleaned.document["generations"] == [1, 2]
    assert cleaned.document["bytes"] == size
    assert (thrice.made("web"), thrice.made("talker")) == live
    names = [len(inside(thrice, folder)) for folder in ("generations", "parts", "store", "log")]
    assert names == [1, 4, 1, 1]
    assert thrice.launch("tool") == "tool 3.0"
    thrice.done("verify")
    assert thrice.done("clean", "--keep", "1", "--json").document["changed"] is False


def freed(world: World, found: dict[str, list[str]]) -> int:
    """The bytes of all that is named."""
    own = world.prefix / ".assembly"
    tops = [own / "generations" / str(number) for number in found["generations"]]
    for name in found["parts"]:
        tops += [own / "parts" / name, own / "parts" / f"{name}.json"]
    tops += [own / "store" / name for name in found["wheels"]]
    tops += [own / "log" / name for name in found["logs"]]
    files = [path for top in tops for path in (top, *top.rglob("*"))]
    return sum(path.lstat().st_size for path in files if is_file(path))


def is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def test_it_is_said_what_went(thrice: World) -> None:
    said = thrice.done("clean", "--keep", "2", "--dry-run").messages
    assert said.startswith("would remove generation 1, 2 parts, 1 wheel, 1 log: ")
    assert said.endswith(" kB\n")
    assert thrice.done("clean", "--keep", "1").messages.startswith(
        "removed generations 1, 2, 4 parts, 2 wheels, 2 logs: "
    )
    ended = thrice.assemble("clean", "--keep", "0")
    assert (ended.code, ended.messages) == (2, "error: --keep must be at least 1, not 0\n")


def test_the_live_generation_stays_whichever_it_is(thrice: World) -> None:
    thrice.done("rollback", "1")
    assert thrice.done("clean", "--keep", "2", "--json").document["generations"] == [2]
    assert thrice.launch("tool") == "tool 1.0"
    assert thrice.done("clean", "--keep", "1", "--json").document["generations"] == [3]
    assert thrice.launch("tool") == "tool 1.0"
    thrice.done("verify")


def test_the_file_says_how_many_stay(thrice: World) -> None:
    thrice.edit('name = "demo"\n', 'name = "demo"\nkeep-generations = 1\n')
    assert "nothing to do" in thrice.done("build").messages
    assert thrice.status["generations"] == [1, 2, 3]
    alone = thrice.folder / "alone"
    thrice.prefix.rename(alone)
    cleaned = thrice.done("clean", "--json", "--prefix", str(alone), cwd=thrice.folder)
    assert cleaned.document["generations"] == [1, 2]


def test_parts_of_a_failed_build_go(world: World) -> None:
    world.assembly(command("good", "1"))
    world.build()
    failing = command("bad", "1; false", needs=["other"]) + command("other", "2")
    world.assembly(command("good", "1") + failing)
    world.done("lock")
    assert world.assemble("build").code == 5
    assert len(inside(world, "parts")) == 4
    cleaned = world.done("clean", "--json").document
    assert [name.partition("-")[0] for name in cleaned["parts"]] == ["other"]
    assert [name.partition("-")[0] for name in cleaned["logs"]] == ["bad", "other"]
    world.done("verify")


def test_nothing_is_cleaned_where_the_manifest_is_damaged(thrice: World) -> None:
    manifest = thrice.prefix / ".assembly/current/manifest.json"
    manifest.write_text("{")
    ended = thrice.assemble("clean", "--keep", "1")
    assert ended.code == 4
    assert ended.messages == (
        f"error: `{real(manifest)}` is damaged\n"
        "hint: `assemble build` makes what is damaged again\n"
    )
    assert inside(thrice, "generations") == ["1", "2", "3"]


def real(manifest: Path) -> Path:
    return manifest.parent.resolve() / manifest.name
