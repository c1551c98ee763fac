"""Which edits make a lock stale, and how that is said."""

import pytest

from tests.behaviours.world import World

SETTINGS = """
[lock]
exclude-newer = "2026-06-01"
[lock.constraints]
shop = "<9"
"""
PARTS = """
[parts.web]
recipe = "program"
requires = ["shop>=1", "basket"]
[parts.web.launchers]
shop = { script = "shop" }
"""


@pytest.fixture
def built(world: World) -> World:
    """A project that is locked and built."""
    for name in ("shop", "basket", "other"):
        world.release(
            name,
            "1.0",
            files={f"{name}.py": f"def main():\n    print('{name} 1.0')\n"},
            entry_points={"console_scripts": {name: f"{name}:main"}},
        )
    world.assembly(PARTS, before=SETTINGS)
    world.build()
    return world


def place(world: World, line: str) -> str:
    """The place of a line that stands once in the assembly file."""
    lines = (world.project / "assembly.toml").read_text().splitlines()
    assert lines.count(line) == 1
    return f"assembly.toml:{lines.index(line) + 1}"


STALE = "error: `pylock.toml` is stale: "
HINT = "hint: run `assemble lock`, or `assemble build --lock`\n"


def test_72_requirement_edited(built: World) -> None:
    world = built
    world.edit('"shop>=1"', '"shop>=2"')
    before = world.tree()
    for command in ("build", "plan"):
        ended = world.assemble(command)
        assert ended.code == 6
        where = place(world, 'requires = ["shop>=2", "basket"]')
        line = where.partition(":")[2]
        gutter = " " * len(line)
        assert ended.messages == (
            f"{STALE}`web` now requires `shop>=2` ({where}), the lock was made for `shop>=1`\n"
            f"{gutter}--> {where}:13\n{gutter} |\n"
            f'{line} | requires = ["shop>=2", "basket"]\n'
            f"{gutter} |             ^^^^^^^^^\n{HINT}"
        )
    assert world.tree() == before
    assert world.launch("shop") == "shop 1.0"
    world.edit('"shop>=2"', '"shop>=1"')
    assert "nothing to do" in world.done("build").messages


EDITS = {
    "constraint": ('shop = "<9"', 'shop = "<8"', "constraint `shop` is now `<8`"),
    "instant": ('"2026-06-01"', '"2026-07-01"', "`exclude-newer` is now `2026-07-01"),
    "removed": (', "basket"]', "]", "`web` no longer requires `basket`"),
    "python": ("requires =", 'python = "3.1"\nrequires =', "python of `web` is now 3.1, was "),
    "program": (
        PARTS,
        PARTS + '[parts.more]\nrecipe = "program"\nrequires = ["other"]\n',
        "program `more` is new",
    ),
}


@pytest.mark.parametrize("edit", EDITS)
def test_72_other_edits_that_matter(built: World, edit: str) -> None:
    before, after, words = EDITS[edit]
    built.edit(before, after)
    ended = built.assemble("build")
    assert ended.code == 6
    assert ended.messages.startswith(STALE + words)
    assert ended.messages.endswith(HINT)
    assert built.assemble("lock", "--check").code == 6
    assert built.launch("shop") == "shop 1.0"


def test_72_edits_that_do_not_matter(built: World) -> None:
    world = built
    before, lock = world.status["digest"], (world.project / "pylock.toml").read_bytes()
    world.edit('["shop>=1", "basket"]', '[\n  "Basket",  # first\n  "shop >= 1",\n]')
    world.edit('[parts.web]\nrecipe = "program"\n', "# the web\n[parts.web]\nrecipe = 'program'\n")
    world.edit('shop = "<9"', 'unused = "<1"\nshop = "< 9"')
    asked = len(world.index.requests)
    assert "fresh" in world.done("lock", "--check").messages
    assert "nothing to do" in world.done("build").messages
    world.edit('script = "shop" }', 'script = "shop", args = ["x"] }')
    world.done("build")
    assert world.status["digest"] != before
    assert len(world.index.requests) == asked
    assert (world.project / "pylock.toml").read_bytes() == lock
    world.done("lock")
    assert (world.project / "pylock.toml").read_bytes() == lock


def test_72_missing_lock(built: World) -> None:
    (built.project / "pylock.toml").unlink()
    ended = built.assemble("build")
    assert ended.code == 6
    assert ended.messages == (
        "error: there is no lock, `pylock.toml`\n"
        "hint: `assemble lock` makes it, and `assemble build --lock` both\n"
    )
    assert "nothing to do" in built.done("build", "--lock").messages


def test_a_fresh_lock_is_found_so_without_a_solver(built: World) -> None:
    ended = built.done("lock", "--check", environment={"PYTHONPROFILEIMPORTTIME": "1"})
    modules = {line.rpartition("|")[2].strip() for line in ended.messages.splitlines()}
    assert "assembler.app.lock_check" in modules
    needless = ("resolvelib", "urllib3", "concurrent.futures", "assembler.solve.solver")
    assert modules.isdisjoint(needless)
