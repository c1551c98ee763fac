"""References to outputs of other parts, and to launchers."""

from collections.abc import Mapping

import pytest

from assembler.errors import ConfigurationError, Faults
from assembler.model.lock import LockedArtifact
from assembler.model.part import Part, PartName
from assembler.model.step import ExtractArchive, MakeDirectory, RunCommand, WriteFile
from assembler.model.text import Output, PartKey, Place, Text
from assembler.origin import Origin
from assembler.plan.outputs import check_launchers, resolve
from tests.plan.parts import Inner, Options


def part(name: str, options: Options | None = None, **values: Text) -> Part:
    return Part(
        name=PartName(name),
        recipe="test",
        options=options or Options(),
        values=values,
        origin=Origin(file="assembly.toml", line=1),
        origins={"run": Origin(file="assembly.toml", line=7, key="run")},
    )


def looked_up(*path: str, offers: Mapping[str, Text] | None = None) -> Text:
    user = part("user", Options(run_line=Text.of("x ", Output("app", path), " y")))
    outputs = {PartName("app"): offers or {}}
    options = resolve((part("app"), user), outputs)[1].options
    assert isinstance(options, Options)
    return options.run_line


def test_what_every_part_offers() -> None:
    app = "app"
    assert looked_up("bin", "web") == Text.of("x ", Place("part", "bin/web", app), " y")
    assert looked_up("bin") == Text.of("x ", Place("part", "bin", app), " y")
    assert looked_up("dir") == Text.of("x ", Place("part", "", app), " y")
    assert looked_up("key") == Text.of("x ", PartKey(app), " y")
    assert looked_up("name") == Text(("x app y",))


def test_what_a_recipe_offers() -> None:
    offers = {"path": Text.of(Place("part", "f", "app")), "deep.er": Text(("z",))}
    assert looked_up("path", offers=offers) == Text.of("x ", Place("part", "f", "app"), " y")
    assert looked_up("deep", "er", offers=offers) == Text(("x z y",))


def test_references_are_found_wherever_they_stand() -> None:
    reference = Text.of(Output("app", ("name",)))
    options = Options(
        run_line=reference, env={"A": reference}, launchers={"l": Inner(extra_args=(reference,))}
    )
    user = resolve((part("app"), part("user", options, run=reference)), {})[1]
    name = Text(("app",))
    expected = Options(run_line=name, env={"A": name}, launchers={"l": Inner(extra_args=(name,))})
    assert user.options == expected
    assert user.values == {"run": name}


def test_what_a_part_offers_may_come_from_another() -> None:
    outputs = {
        PartName("a"): {"path": Text(("deep",))},
        PartName("b"): {"path": Text.of("very ", Output("a", ("path",)))},
    }
    user = part("c", Options(run_line=Text.of(Output("b", ("path",)))))
    options = resolve((part("a"), part("b"), user), outputs)[2].options
    assert options == Options(run_line=Text(("very deep",)))


def test_unknown_outputs_are_all_said() -> None:
    wrong = Text.of(Output("app", ("pth",)), Output("app", ("bin", "a", "b")))
    outputs = {PartName("app"): {"path": Text()}}
    user = part("user", Options(run_line=wrong), run=wrong)
    with pytest.raises(Faults) as caught:
        resolve((part("app"), user), outputs)
    first, second = caught.value.errors
    assert first.message == "part `app` has no output `pth`"
    assert first.origin == Origin(file="assembly.toml", line=7, key="run")
    assert first.details == (
        "it has `dir`, `key`, `name`, `path`, and `bin.NAME` for its launchers",
    )
    assert first.hints == ("did you mean `path`?",)
    assert second.message == "part `app` has no output `bin.a.b`"


def test_a_launcher_that_no_step_makes() -> None:
    app, user = part("app"), part("user", run=Text.of(Place("part", "bin/wbe", "app")))
    steps = {
        PartName("app"): (
            WriteFile(path="bin/web", content=Text()),
            WriteFile(path="bin/worker", content=Text()),
            MakeDirectory(path="lib"),
        )
    }
    with pytest.raises(ConfigurationError) as caught:
        check_launchers((app, user), steps)
    assert caught.value.message == "part `app` has no launcher `wbe`"
    assert caught.value.origin == Origin(file="assembly.toml", line=7, key="run")
    assert caught.value.details == ("it has `web`, `worker`",)
    assert caught.value.hints == ("did you mean `web`?",)


def test_a_reference_in_a_step_alone_is_found() -> None:
    steps = {
        PartName("app"): (),
        PartName("user"): (WriteFile(path="f", content=Text.of(Place("part", "bin/web", "app"))),),
    }
    with pytest.raises(ConfigurationError) as caught:
        check_launchers((part("app"), part("user")), steps)
    assert caught.value.message == "part `app` has no launcher `web`"
    assert caught.value.origin == Origin(file="assembly.toml", line=1)
    assert caught.value.details == ()


def test_what_can_not_be_known_before_may_be_a_launcher() -> None:
    user = part("user", run=Text.of(Place("part", "bin/web", "app")))
    artifact = LockedArtifact(url="", sha256="", size=0)
    for step in (
        ExtractArchive(path=".", artifact=artifact),
        ExtractArchive(path="bin", artifact=artifact),
        RunCommand(argv=(), outputs=("bin",)),
        RunCommand(argv=(), outputs=("bin/web",)),
    ):
        check_launchers((part("app"), user), {PartName("app"): (step,)})
