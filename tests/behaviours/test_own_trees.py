"""Source trees of the project: extras, dependency groups, editable ones."""

from pathlib import Path

import pytest

from tests.behaviours.programs import program, stored
from tests.behaviours.world import World
from tests.wheels import make_tree


def shop(world: World, version: str = "1.0", *, folder: str = "shop") -> Path:
    """A source tree with an extra, a dependency group and a script."""
    tree = world.project / folder
    make_tree(
        tree,
        "shop",
        version,
        extras={"pg": ["driver"]},
        scripts={"shop": "shop:main"},
        files={"shop/__init__.py": f'def main():\n    print("shop {version}")\n'},
    )
    text = (tree / "pyproject.toml").read_text()
    groups = '\n[dependency-groups]\nTest = ["runner>=1", { include-group = "typing" }]\n'
    (tree / "pyproject.toml").write_text(text + groups + 'typing = ["types"]\n')
    return tree


@pytest.fixture
def with_shop(world: World) -> World:
    """A world with the tree, and an index with what it may need."""
    shop(world)
    for name in ("driver", "runner", "types"):
        world.release(name, "1.0")
    return world


PARTS = program("web", ["shop[pg]"]) + program("plain", ["shop"], 'scripts = { plain = "shop" }')
SOURCE = '[sources]\nshop = { path = "shop" }\n'


def test_extra_of_an_own_tree(with_shop: World) -> None:
    world = with_shop
    world.assembly(PARTS, before=SOURCE)
    world.build()
    assert stored(world) == ["driver-1.0", "shop-1.0"]
    assert (world.prefix / ".assembly/current/parts/web/bin/shop").exists()
    plain = list((world.prefix / ".assembly/current/parts/plain/lib").glob("*/site-packages/*"))
    assert not [path for path in plain if path.name.startswith("driver")]


def test_dependency_group_of_an_own_tree(with_shop: World) -> None:
    world = with_shop
    world.assembly(
        program("tests", ["shop"], 'groups = ["shop:test"]\nscripts = ["shop"]'), before=SOURCE
    )
    world.build()
    assert stored(world) == ["runner-1.0", "shop-1.0", "types-1.0"]
    world.edit('"runner>=1"', '"runner>=2"', "shop/pyproject.toml")
    ended = world.assemble("build")
    assert ended.code == 6
    assert (
        "`pylock.toml` is stale: `tests` now requires `runner>=2` (assembly.toml:16), "
        "the lock was made for `runner>=1`"
    ) in ended.messages


def test_dependency_group_alone(with_shop: World) -> None:
    world = with_shop
    world.assembly(program("lint", [], 'groups = ["shop:typing"]'), before=SOURCE)
    world.build()
    assert stored(world) == ["types-1.0"]


@pytest.mark.parametrize(
    ("group", "message", "hint"),
    [
        (
            "shop:docs",
            "`shop/pyproject.toml` has no dependency group `docs`",
            "its groups are `test`, `typing`",
        ),
        (
            "basket:test",
            "`basket` is no source tree of the project",
            'write `basket = { path = "…" }` under [sources]',
        ),
        (
            "test",
            "`test` is no dependency group of a project",
            'write `"PROJECT:GROUP"`, such as `"shop:test"`',
        ),
    ],
)
def test_wrong_dependency_group(with_shop: World, group: str, message: str, hint: str) -> None:
    world = with_shop
    world.assembly(program("tests", ["shop"], f'groups = ["{group}"]'), before=SOURCE)
    ended = world.assemble("lock")
    assert ended.code == 1
    first, *_, last = ended.messages.splitlines()
    assert first == f"error: {message}"
    assert last == f"hint: {hint}"


def test_61_editable_member(world: World) -> None:
    """Changes to source are visible at once; the tree beats the index."""
    tree = shop(world, folder="libs/shop")
    world.release("shop", "9.0", entry_points={"console_scripts": {"shop": "shop:main"}})
    world.assembly(program("web", ["shop"]), before='[sources]\n"libs/*" = { editable = true }\n')
    world.build()
    assert world.launch("shop") == "shop 1.0"
    source = tree / "shop/__init__.py"
    source.write_text('def main():\n    print("edited")\n')
    assert world.launch("shop") == "edited"
    assert world.done("build", "--json").document["changed"] is False


def test_61_removed_member(world: World) -> None:
    """The link of a member that is no longer asked for disappears."""
    shop(world, folder="libs/shop")
    world.release("basket", "1.0")
    parts = program("web", ["shop", "basket"])
    world.assembly(parts, before='[sources]\n"libs/*" = { editable = true }\n')
    world.build()
    assert "shop-1.0" in stored(world)
    world.edit('["shop", "basket"]', '["basket"]')
    world.build()
    site = next((world.prefix / ".assembly/current/parts/web/lib").glob("*/site-packages"))
    assert sorted(path.name for path in site.iterdir()) == ["basket", "basket-1.0.dist-info"]


def test_61_glob_without_match(world: World) -> None:
    """A pattern that no folder fits is told, and is no error."""
    world.release("basket", "1.0")
    world.assembly(program("web", ["basket"]), before='[sources]\n"libs/*" = {}\n')
    ended = world.done("lock")
    assert "assembly.toml:10: no folder with a pyproject.toml is `libs/*`" in ended.messages
    world.done("build")


def test_61_broken_member(world: World) -> None:
    """A member that can't be built leaves what was built before."""
    tree = shop(world, folder="libs/shop")
    world.assembly(program("web", ["shop"]), before='[sources]\n"libs/*" = { editable = true }\n')
    world.build()
    before = world.tree()
    pyproject = tree / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace('"source_backend"', '"missing_backend"'))
    ended = world.assemble("build")
    assert ended.code == 5
    assert world.tree() == before
    assert world.launch("shop") == "shop 1.0"


def test_an_index_is_never_told_of_own_distributions(with_shop: World) -> None:
    world = with_shop
    world.assembly(program("web", ["shop[pg]", "runner"]), before=SOURCE)
    world.done("lock")
    assert world.index.asked("/simple/shop/") == 0
    assert world.index.asked("/simple/runner/") == 1
