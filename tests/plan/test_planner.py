"""Plans: what is due, why, and what must not be built at all."""

from collections.abc import Mapping

import msgspec
import pytest

from assembler.errors import AssemblerError, Faults
from assembler.model.deployment import FileDigest
from assembler.model.distribution import Link, StoredWheel
from assembler.model.lock import LockedArtifact
from assembler.model.manifest import BuiltPart, Damage, Fingerprint, Manifest
from assembler.model.part import Part, PartName
from assembler.model.plan import KeptPart, Plan, PlannedPart
from assembler.model.step import (
    Expose,
    FetchFile,
    LinkWheels,
    MakeDirectory,
    MakeSymlink,
    RunCommand,
    Step,
    WriteFile,
)
from assembler.model.target import Interpreter
from assembler.model.text import Place, Text, Value
from assembler.origin import Origin
from assembler.plan.planner import plan
from assembler.plan.reasons import words
from assembler.plan.request import PlanRequest, RealisedPart
from tests.plan.parts import Options

REQUEST = PlanRequest(
    assembly="shop",
    prefix="/p/build",
    project="/p",
    parts=(),
    fingerprint=Fingerprint(request=""),
)


def part(
    name: str,
    *steps: Step,
    needs: tuple[str, ...] = (),
    values: Mapping[str, Value] | None = None,
    line: int = 1,
) -> RealisedPart:
    option = Origin(file="app.toml", line=12)
    return RealisedPart(
        part=Part(
            name=PartName(name),
            recipe="test",
            options=Options(),
            values=values or {},
            edges=frozenset(PartName(needed) for needed in needs),
            origin=Origin(file="app.toml", line=line),
            origins=dict.fromkeys(values or {}, option),
        ),
        steps=steps,
    )


def planned(*parts: RealisedPart, previous: Manifest | None = None, **changes: object) -> Plan:
    request = msgspec.structs.replace(REQUEST, parts=parts, previous=previous, **changes)
    return plan(request)


def built(first: Plan) -> Manifest:
    """What a build of the plan would leave, without any file."""
    return Manifest(
        assembly=first.assembly,
        generation=first.generation,
        assembler="1",
        prefix=first.prefix,
        project=first.project,
        fingerprint=first.fingerprint,
        parts={
            each.name: _built(each) if isinstance(each, PlannedPart) else each.built
            for each in first.parts
        },
    )


def _built(each: PlannedPart) -> BuiltPart:
    return BuiltPart(
        key=each.key,
        recipe=each.recipe,
        directory=each.directory,
        files=(),
        exposed=each.exposed,
        facts=each.facts,
        edges=each.edges,
        store=each.store,
        baked=each.baked,
        remade=each.remade,
        relies_on=each.relies_on,
    )


def file(content: str, path: str = "f") -> WriteFile:
    return WriteFile(path=path, content=Text((content,)))


def why(second: Plan) -> dict[str, list[str]]:
    return {each.name: [words(reason, each.name) for reason in each.reasons] for each in second.due}


def after(*parts: RealisedPart, then: tuple[RealisedPart, ...], **changes: object) -> Plan:
    """Plan again after a build."""
    return planned(*then, previous=built(planned(*parts)), **changes)


def test_at_first_all_is_new() -> None:
    first = planned(part("a", file("1")), part("b", file("1"), needs=("a",)))
    assert why(first) == {"a": ["new"], "b": ["new"]}
    assert (first.generation, first.previous, first.changes) == (1, None, True)


def test_nothing_is_due_when_nothing_changed() -> None:
    parts = (part("a", file("1")), part("b", file("1"), needs=("a",)))
    again = after(*parts, then=parts)
    assert (again.due, again.changes) == ((), False)


def test_an_empty_assembly_is_built_once() -> None:
    first = planned()
    assert first.changes
    assert not planned(previous=built(first)).changes


def test_a_changed_option_is_told_with_its_place() -> None:
    old = part("a", file("1"), values={"port": 8080, "gone": "x", "table": {"k": (1, 2)}})
    new = part("a", file("2"), values={"port": 8081, "fresh": True, "table": {"k": (1, 3)}})
    assert why(after(old, then=(new,))) == {
        "a": [
            "option `fresh` is new: true (app.toml:12)",
            'option `gone` is gone; it was "x"',
            "option `port` changed 8080 → 8081 (app.toml:12)",
            "option `table.k` changed [1,2] → [1,3] (app.toml:12)",
        ]
    }


def test_long_values_are_not_told() -> None:
    old = part("a", file("1"), values={"text": "one " * 20})
    new = part("a", file("2"), values={"text": "two " * 20})
    assert why(after(old, then=(new,))) == {"a": ["option `text` changed (app.toml:12)"]}


def test_an_option_that_changes_nothing_makes_nothing_due() -> None:
    old, new = part("a", file("1"), values={"x": 1}), part("a", file("1"), values={"x": 2})
    again = after(old, then=(new,))
    assert again.due == ()
    (kept,) = again.parts
    assert isinstance(kept, KeptPart)
    assert kept.built.facts["option x"] == "2"


def wheels(*versions: str, python: str = "3.12.1", executable: str = "/usr/bin/python3.12") -> Step:
    return LinkWheels(
        python=Interpreter(executable=executable, version=python),
        wheels=tuple(
            StoredWheel(key=each, name=each.split("-")[0], version=each.split("-")[1])
            for each in versions
        ),
        links=(),
    )


def test_other_distributions_and_pythons() -> None:
    old = part("web", wheels("django-5.2.1-a", "gone-1-a", "same-1-a"))
    new = part("web", wheels("django-5.2.2-a", "more-2-a", "same-1-a", python="3.12.4"))
    assert why(after(old, then=(new,))) == {
        "web": [
            "`web` uses Python 3.12.1 → 3.12.4",
            "`web` uses django 5.2.1 → 5.2.2",
            "`web` no longer uses gone 1",
            "`web` uses more 2, too",
        ]
    }


def test_what_lies_behind_is_told_where_nothing_else_is() -> None:
    old = part("web", wheels("a-1-x"))
    assert why(after(old, then=(part("web", wheels("a-1-y")),))) == {
        "web": ["`web` uses another build of a"]
    }
    moved = part("web", wheels("a-1-x", executable="/opt/python3.12"))
    assert why(after(old, then=(moved,))) == {"web": ["`web` uses the Python at `/opt/python3.12`"]}
    assert why(after(part("a", file("1")), then=(part("a", file("2")),))) == {
        "a": ["`f` gets other content"]
    }
    recipe = part("a", MakeDirectory(path="d")), part("a", MakeDirectory(path="e"))
    assert why(after(recipe[0], then=recipe[1:])) == {"a": ["its recipe makes it differently"]}


def test_what_is_needed_and_what_no_more() -> None:
    one, two = part("one", file("1")), part("two", file("2"))
    old = part("a", file("a"), needs=("one",))
    new = part("a", file("a"), needs=("two",))
    assert why(after(one, two, old, then=(one, two, new))) == {
        "a": ["`a` no longer needs `one`", "`a` now needs `two`"]
    }


def test_files_and_downloads() -> None:
    def made(digest: str) -> RealisedPart:
        artifact = LockedArtifact(url="https://x.example/a", sha256=digest, size=1)
        return part(
            "a",
            RunCommand(argv=(), inputs=(FileDigest("src/a", digest),), outputs=("out",)),
            FetchFile(path="f", artifact=artifact),
        )

    assert why(after(made("1"), then=(made("2"),))) == {
        "a": ["download `https://x.example/a` changed", "file `src/a` changed"]
    }


def test_what_needs_a_changed_part_is_made_again() -> None:
    others = (
        part("b", file("1"), needs=("a",)),
        part("c", file("1"), needs=("b",)),
        part("d", file("1")),
    )
    again = after(part("a", file("1")), *others, then=(part("a", file("2")), *others))
    assert why(again) == {
        "a": ["`f` gets other content"],
        "b": ["`a` is made again"],
        "c": ["`b` is made again"],
    }


def test_damage() -> None:
    parts = (part("a", file("1")), part("b", file("1")))
    damage = (
        Damage(where="part", owner="a", path="etc/app.ini"),
        Damage(where="part", owner="b", path="x", missing=True),
    )
    again = after(*parts, then=parts, damage=damage)
    assert why(again) == {"a": ["`etc/app.ini` was changed by hand"], "b": ["`x` is missing"]}
    assert [each.remade for each in again.due] == [1, 1]
    assert not planned(*parts, previous=built(again)).changes


def test_a_moved_prefix_matters_to_what_names_it_only() -> None:
    parts = (
        part("plain", file("1")),
        part("naming", WriteFile(path="f", content=Text.of(Place("prefix", "bin/x")))),
        part("running", RunCommand(argv=(), outputs=("out",))),
        part("linking", MakeSymlink(path="l", target=Text.of(Place("prefix", "bin/x")))),
        part("sourcing", WriteFile(path="f", content=Text.of(Place("project", "src")))),
    )
    moved = after(*parts, then=parts, prefix="/elsewhere")
    reason = ["moved here from `/p/build`"]
    assert why(moved) == {"naming": reason, "running": reason}
    with_project = after(*parts, then=parts, project="/q")
    assert why(with_project) == {"sourcing": ["moved here from `/p`"]}


def test_parts_that_are_gone() -> None:
    again = after(part("a", file("1")), part("b", file("1")), then=(part("b", file("1")),))
    assert (again.due, again.removed, again.changes) == ((), ("a",), True)


def test_a_selection_replaces_what_it_needs_and_removes_nothing() -> None:
    base = [part("base", file(text)) for text in "12"]
    user = part("user", file("1"), needs=("base",))
    other = [part("other", file(text)) for text in "12"]
    gone = part("gone", file("1"))
    again = after(
        base[0],
        user,
        other[0],
        gone,
        then=(base[1], user, other[1], part("new", file("1"))),
        selection=frozenset({"user"}),
    )
    assert [each.name for each in again.due] == ["base", "user"]
    assert [each.name for each in again.parts] == ["base", "user", "other", "gone"]
    assert again.removed == ()


def test_generations_are_never_numbered_twice() -> None:
    again = after(part("a", file("1")), then=(part("a", file("2")),), latest=8)
    assert (again.previous, again.generation) == (1, 9)


def test_keys_hold_all_that_matters() -> None:
    def directory(*parts: RealisedPart, **folders: str) -> str:
        return plan(msgspec.structs.replace(REQUEST, parts=parts, **folders)).due[-1].directory

    one = directory(part("a", file("1")))
    assert one == directory(part("a", file("1"), values={"x": 1}, line=9))
    assert one == directory(part("a", file("1")), prefix="/elsewhere", project="/q")
    assert one != directory(part("a", file("2")))
    assert one != directory(part("x", file("1")), part("a", file("1"), needs=("x",)))
    assert one.startswith("a-")
    assert len(one) == len("a-") + 12


def test_differences_of_files() -> None:
    old = part("a", file("one\ntwo\n"), Expose(path="etc/a", target="f"), file("x", "g"))
    new = part(
        "a",
        file("one\nthree\n"),
        Expose(path="etc/a", target="f"),
        file("x", "g"),
        file("n\n", "h"),
    )
    contents = {"a": {"f": b"one\ntwo\n", "g": b"x"}}
    again = after(old, then=(new,), contents=contents)
    assert [(each.path, each.difference) for each in again.differences] == [
        ("etc/a", ("--- etc/a", "+++ etc/a", "@@ -1,2 +1,2 @@", " one", "-two", "+three")),
        ("a/h", ("--- a/h", "+++ a/h", "@@ -0,0 +1 @@", "+n")),
    ]


def test_differences_of_what_is_not_text_or_large() -> None:
    binary = after(
        part("a", file("x")), then=(part("a", file("y")),), contents={"a": {"f": b"\xff"}}
    )
    assert binary.differences[0].difference == ("1 bytes that are not text are replaced",)
    large = "x" * 300_000
    big = after(part("a", file("x")), then=(part("a", file(large)),), contents={"a": {"f": b"x"}})
    assert big.differences[0].difference == ("1 bytes become 300000 bytes",)


def messages(
    *parts: RealisedPart,
    previous: Manifest | None = None,
    selection: frozenset[str] | None = None,
) -> list[str]:
    with pytest.raises(AssemblerError) as caught:
        planned(*parts, previous=previous, selection=selection)
    error = caught.value
    return [each.message for each in (error.errors if isinstance(error, Faults) else (error,))]


def shown(name: str, *paths: str, line: int = 1) -> RealisedPart:
    steps = [Expose(path=path, target="f") for path in paths]
    return part(name, file("1"), *steps, line=line)


def test_two_parts_that_offer_one_path() -> None:
    with pytest.raises(AssemblerError) as caught:
        planned(shown("one", "bin/aaa", line=3), shown("two", "bin/aaa", line=8))
    assert caught.value.message == "parts `one` and `two` both offer `bin/aaa`"
    assert caught.value.origin == Origin(file="app.toml", line=8)
    assert caught.value.details == ("`one`: app.toml:3",)
    assert caught.value.hints == (
        'write `scripts = { "aaa-2" = "aaa" }` in one of them, or leave `aaa` out of its launchers',
    )
    with pytest.raises(AssemblerError) as caught:
        planned(shown("one", "etc/a"), shown("two", "etc/a"))
    assert caught.value.hints == ("give one of them another path than `etc/a`",)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (
            (shown("one", "etc"), shown("two", "etc/a")),
            "`etc/a` of part `two` lies in `etc`, which part `one` offers as a whole",
        ),
        (
            (shown("one", "etc/A"), shown("two", "etc/a")),
            "`etc/a` of part `two` and `etc/A` of part `one` differ in case only",
        ),
        (
            (shown("one", "Etc/a"), shown("two", "etc/b")),
            "`etc` of part `two` and `Etc` of part `one` differ in case only",
        ),
        ((shown("one", "a", "a"),), "part `one` puts two things at `a`"),
        ((shown("one", ".assembly/x"),), "part `one`: `.assembly` is assembler's own"),
        ((shown("one", ".gitignore"),), "part `one`: `.gitignore` is assembler's own"),
        ((part("one"), part("One")), "parts `one` and `One` differ in case only"),
        ((part("a", file("1", "../x")),), "part `a`: the path `../x` has a component `..`"),
        ((part("a", file("1", "/x")),), "part `a`: the path `/x` is absolute"),
        ((shown("a", "../x"),), "part `a`: the path `../x` has a component `..`"),
        (
            (part("a", RunCommand(argv=(), outputs=("",))),),
            "part `a`: the path `` has an empty component",
        ),
        ((part("a", file("1"), file("2")),), "part `a`: `f` is made twice"),
        (
            (part("a", file("1"), file("2", "f/g")),),
            "part `a`: `f` is made a file and a directory",
        ),
        (
            (part("a", file("1"), MakeDirectory(path="f")),),
            "part `a`: `f` is made a file and a directory",
        ),
        (
            (
                part(
                    "a",
                    LinkWheels(
                        python=Interpreter(executable="/py", version="3.12.1"),
                        wheels=(),
                        links=(Link("bin/python", "x"),),
                    ),
                ),
            ),
            "part `a`: `bin/python` is made twice",
        ),
    ],
)
def test_paths_that_can_not_be(parts: tuple[RealisedPart, ...], expected: str) -> None:
    assert messages(*parts) == [expected]


def test_a_file_of_the_users_is_in_the_way() -> None:
    with pytest.raises(AssemblerError) as caught:
        planned(shown("one", "etc/a", "etc/b", "bin/x"), standing={"etc": "", "bin": "/x", "y": ""})
    assert isinstance(caught.value, Faults)
    first, second = caught.value.errors
    assert first.message == "`/p/build/etc` is in the way: part `one` needs a link there"
    assert first.hints == ("move it away, or build elsewhere with `--prefix`",)
    assert second.message == "`/p/build/bin` is in the way: part `one` needs a link there"
    ours = {"etc": ".assembly/current/root/etc"}
    assert planned(shown("one", "etc/a"), standing=ours).changes


def test_the_prefix_of_another_assembly() -> None:
    other = msgspec.structs.replace(built(planned()), assembly="other")
    assert messages(part("a"), previous=other) == [
        "`/p/build` holds a build of `other`, not of `shop`"
    ]


def test_stable_paths_of_kept_parts_count_in_a_selection() -> None:
    first = built(planned(shown("one", "bin/x"), part("two", file("1"))))
    found = messages(
        shown("one", "bin/x"),
        shown("two", "bin/x"),
        previous=first,
        selection=frozenset({"two"}),
    )
    assert found == ["parts `one` and `two` both offer `bin/x`"]
