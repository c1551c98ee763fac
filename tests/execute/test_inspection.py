"""What is damaged is found, and made again by the next build."""

from collections.abc import Callable

import pytest

from assembler.execute import generations
from assembler.execute.inspection import inspect, mark, verify
from assembler.model.manifest import BuiltPart, Damage, Manifest
from assembler.model.plan import Damaged, PlannedPart
from assembler.model.step import WriteFile
from assembler.model.text import Text
from tests.execute.test_executor import program, text_part
from tests.execute.tools import OWN, PREFIX, MemoryStore, build, fresh, planned
from tests.execute.tools import part as made_part
from tests.fakes.files import MemoryFiles

PARTS = (program("web"), text_part("a", "1"))


def found(files: MemoryFiles) -> tuple[Damage, ...]:
    manifest = generations.current(PREFIX, files)
    assert manifest is not None
    return inspect(PREFIX, manifest, files)


def fully(files: MemoryFiles) -> tuple[Damage, ...]:
    manifest = generations.current(PREFIX, files)
    assert manifest is not None
    return verify(PREFIX, manifest, files, MemoryStore(files))


def directory(manifest: Manifest, name: str) -> str:
    return f".assembly/parts/{manifest.parts[name].directory}"


def edit(files: MemoryFiles, manifest: Manifest) -> None:
    files.replace(PREFIX / directory(manifest, "a") / "f", b"3")


def lose(files: MemoryFiles, manifest: Manifest) -> None:
    files.remove(PREFIX / directory(manifest, "a") / "f")


def lose_all(files: MemoryFiles, manifest: Manifest) -> None:
    files.remove(PREFIX / directory(manifest, "a"))


def change_mode(files: MemoryFiles, manifest: Manifest) -> None:
    files.set_mode(PREFIX / directory(manifest, "a") / "f", 0o755)


def redirect(files: MemoryFiles, manifest: Manifest) -> None:
    files.replace_symlink(PREFIX / directory(manifest, "web") / "bin/python", "/elsewhere")


def replace_by_directory(files: MemoryFiles, manifest: Manifest) -> None:
    lose(files, manifest)
    files.make_directory(PREFIX / directory(manifest, "a") / "f")


def part(owner: str, path: str, *, missing: bool = False) -> Damage:
    return Damage(where="part", owner=owner, path=path, missing=missing)


@pytest.mark.parametrize(
    ("harm", "damage"),
    [
        (edit, part("a", "f")),
        (lose, part("a", "f", missing=True)),
        (lose_all, part("a", ".", missing=True)),
        (change_mode, part("a", "f")),
        (redirect, part("web", "bin/python")),
        (replace_by_directory, part("a", "f")),
    ],
)
def test_a_damaged_part_is_made_again_beside_the_old_one(
    harm: Callable[[MemoryFiles, Manifest], None], damage: Damage
) -> None:
    files = fresh()
    first = build(files, *PARTS)
    harm(files, first)
    assert found(files) == (damage,)
    assert fully(files) == (damage,)
    (due,) = planned(files, *PARTS).due
    assert due.reasons == (Damaged(path=damage.path, missing=damage.missing),)
    second = build(files, *PARTS)
    assert second.parts[damage.owner].remade == 1
    assert second.parts[damage.owner].directory != first.parts[damage.owner].directory
    assert fully(files) == ()
    assert not planned(files, *PARTS).changes


def test_what_depends_on_a_damaged_part_is_made_again() -> None:
    files = fresh()
    base = text_part("base", "1")
    user = made_part("user", WriteFile(path="f", content=Text(("1",))), needs=("base",))
    manifest = build(files, base, user)
    files.remove(PREFIX / directory(manifest, "base") / "f")
    assert [each.name for each in planned(files, base, user).due] == ["base", "user"]


def test_a_file_touched_only_is_not_damaged() -> None:
    files = fresh()
    manifest = build(files, *PARTS)
    files.replace(PREFIX / directory(manifest, "a") / "f", b"1")
    assert found(files) == ()


def test_what_only_verifying_finds_is_marked_and_made_again() -> None:
    files = fresh()
    first = build(files, *PARTS)
    files.replace(PREFIX / directory(first, "a") / "stranger", b"")
    assert found(files) == ()
    damage = fully(files)
    mark(PREFIX, first, damage, files)
    assert found(files) == damage == (part("a", "stranger"),)
    second = build(files, *PARTS)
    assert second.parts["a"].remade == 1
    assert found(files) == fully(files) == ()


def test_a_marked_part_that_nothing_used_meanwhile_is_not_used_again() -> None:
    files = fresh()
    first = build(files, *PARTS)
    mark(PREFIX, first, [part("a", "f")], files)
    build(files, PARTS[0])
    second = build(files, *PARTS)
    assert directory(second, "a") == directory(first, "a")
    assert found(files) == ()


def test_links_that_lead_elsewhere_are_made_again_without_any_part() -> None:
    files = fresh()
    build(files, *PARTS)
    files.remove(PREFIX / "bin")
    files.replace_symlink(OWN / "generations/1/root/etc/a", "/elsewhere")
    assert set(found(files)) == {
        Damage(where="prefix", owner="", path="bin", missing=True),
        Damage(where="prefix", owner="", path="etc/a"),
    }
    plan = planned(files, *PARTS)
    assert (plan.due, plan.relink, plan.changes) == ((), ("bin", "etc/a"), True)
    build(files, *PARTS)
    assert fully(files) == ()
    assert files.read(PREFIX / "bin/web") == b"#!/bin/sh\n"


def test_a_lost_wheel_is_put_in_place_again() -> None:
    files = fresh()
    build(files, *PARTS)
    files.remove(OWN / "store/dep-1.0-abc")
    assert [(each.where, each.owner) for each in found(files)] == [("store", "dep-1.0-abc")]
    plan = planned(files, *PARTS)
    assert (plan.due, plan.damaged_store) == ((), ("dep-1.0-abc",))
    build(files, *PARTS)
    assert fully(files) == ()


def test_only_verifying_reads_what_looks_untouched() -> None:
    files = fresh()
    manifest = build(files, *PARTS)
    path = PREFIX / directory(manifest, "a") / "f"
    node = files.nodes[path]
    files.replace(path, b"2")
    files.nodes[path] = type(node)("file", b"2", node.mode, node.mtime)
    files.replace(OWN / "store/dep-1.0-abc/site/dep.py", b"x", 0o444)
    assert found(files) == ()
    assert fully(files) == (
        part("a", "f"),
        Damage(where="store", owner="dep-1.0-abc", path="site/dep.py"),
    )


def test_strangers_in_a_part_are_told_by_verifying() -> None:
    files = fresh()
    manifest = build(files, *PARTS)
    files.write(PREFIX / directory(manifest, "a") / "mine", b"")
    files.write(PREFIX / directory(manifest, "a") / "__pycache__/x.pyc", b"")
    assert found(files) == ()
    assert fully(files) == (part("a", "mine"),)


def test_a_part_that_was_left_damaged_is_not_used_again() -> None:
    files = fresh()
    first = build(files, text_part("a", "1"))
    build(files, text_part("a", "2"))
    files.replace(PREFIX / directory(first, "a") / "f", b"x")
    build(files, text_part("a", "1"))
    assert files.read(PREFIX / "etc/a") == b"1"


def test_files_of_a_kept_part_are_recorded() -> None:
    files = fresh()
    manifest = build(files, *PARTS)
    built: BuiltPart = manifest.parts["a"]
    assert [(file.path, file.kind, file.size, file.mode) for file in built.files] == [
        ("f", "file", 1, 0o644)
    ]
    assert not any(isinstance(each, PlannedPart) for each in planned(files, *PARTS).parts)
