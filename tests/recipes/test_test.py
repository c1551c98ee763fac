from typing import Any

import pytest
from assembler_recipes.test import recipe
from assembler_recipes.test.options import ProgramTestsOptions as Options

from assembler.api import (
    Assembled,
    CheckOutput,
    ConfigurationError,
    Expose,
    GroupRequest,
    KeepDirectory,
    Launcher,
    Link,
    LinkWheels,
    Needs,
    Origin,
    Place,
    ProgramOf,
    ProgramRequest,
    Root,
    RunModule,
    Step,
    StoredWheel,
    WheelSet,
    WriteFile,
    launcher_script,
)
from tests.recipes.parts import ORIGIN, PYTHON, TARGET, part, text

WHEEL = StoredWheel(key="shop-1-bb", name="shop", version="1")
LINKS = (Link("bin/tests", "shop-1-bb/scripts/tests"), Link("lib/shop", "shop-1-bb/site/shop"))
PROGRAM = WheelSet(python=PYTHON, wheels=(WHEEL,), links=LINKS, requested=frozenset({"shop"}))


def options(**given: Any) -> Options:
    return Options(program="app", **given)


def steps(found: Options) -> tuple[Step, ...]:
    made = part(found, "tests")
    recipe.declare(made)
    return recipe.realise(made, Assembled(target=TARGET, programs={"tests": PROGRAM}))


def written(found: Options) -> WriteFile:
    [file] = [step for step in steps(found) if isinstance(step, WriteFile)]
    return file


def test_it_needs_the_program_the_runner_and_what_the_tests_need():
    found = options(requires=("pytest-xdist", "pytest<9"), groups=("shop:test",))

    assert recipe.declare(part(found, "My_tests", requires__1=4)) == Needs(
        programs=(
            ProgramRequest(
                name="my-tests",
                roots=(
                    Root("pytest", ORIGIN),
                    Root("pytest-xdist", ORIGIN),
                    Root("pytest<9", Origin(file="assembly.toml", line=4)),
                ),
                groups=(GroupRequest("shop", "test", ORIGIN),),
                extends=ProgramOf("app", ORIGIN),
            ),
        )
    )


@pytest.mark.parametrize(
    ("runner", "junit", "required"),
    [
        ("pytest", "var/x.xml", ["pytest"]),
        ("unittest", None, []),
        ("unittest", "var/x.xml", ["unittest-xml-reporting"]),
        ("zope.testrunner", None, ["zope.testrunner"]),
    ],
)
def test_a_runner_and_its_reports_require_distributions(
    runner: str, junit: str | None, required: list[str]
):
    [request] = recipe.declare(part(options(runner=runner, junit=junit), "tests")).programs

    assert [root.requirement for root in request.roots] == required


def test_a_launcher_runs_them_in_the_checkout():
    made = steps(options(args=text("-q -x"), env={"TZ": text("UTC")}))

    content = launcher_script(
        Launcher(
            start=RunModule(module="pytest"),
            arguments=(text("-q"), text("-x")),
            environment=(("TZ", text("UTC")),),
            initialisation="""\
if __name__ == "__main__":
    named = [word.partition("::")[0] for word in sys.argv[3:]]
    if not any(map(os.path.exists, named)):
        sys.argv += []
""",
            directory=text(Place("project")),
        ),
        "3.12",
    )
    assert made == (
        LinkWheels(python=PYTHON, wheels=(WHEEL,), links=LINKS[1:]),
        WriteFile(path="bin/tests", content=content, executable=True),
        CheckOutput(
            tool="env",
            arguments=(
                text(Place("part", "bin/python", "tests")),
                *(text("-s"), text("-m"), text("pytest"), text("--help")),
            ),
        ),
        Expose(path="bin/tests", target="bin/tests"),
    )


def test_a_report_is_written_where_state_is_kept():
    found = options(junit="var/reports/junit.xml", launcher="check")

    assert KeepDirectory(path="var/reports") in steps(found)
    assert Place("prefix", "var/reports/junit.xml") not in written(found).content.pieces
    assert "'--junit-xml='\"$__prefix__\"'/var/reports/junit.xml'" in str(
        written(found).content.pieces[-1]
    )
    assert written(found).path == "bin/check"
    assert recipe.outputs(part(found, "tests")) == {
        "junit": text(Place("prefix", "var/reports/junit.xml"))
    }
    assert recipe.outputs(part(options(), "tests")) == {}
    folder = options(junit="var/reports", runner="zope.testrunner", paths=("src",))
    assert KeepDirectory(path="var/reports") in steps(folder)
    assert "'--path=src'" in str(written(folder).content.pieces[-1])


def test_the_working_directory_may_be_elsewhere():
    below = written(options(directory=text("ui/tests"))).content
    assert Place("project", "ui/tests") in below.pieces
    absolute = written(options(directory=text("/srv/x"))).content
    assert "cd -- '/srv/x' || exit" in (absolute.literal or "")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"junit": "junit.xml"}, "`junit.xml` is not in `var`, where what outlasts builds is"),
        ({"junit": "../x"}, "`../x` leads out of its folder"),
        ({"paths": ("/x",)}, "`/x` leads out of its folder"),
        ({"directory": text("../x")}, "`../x` leads out of its folder"),
        ({"runner": "unittest", "paths": ("a", "b")}, "`unittest` discovers tests in one folder"),
        ({"launcher": "a/b"}, "'a/b' is no name of a launcher"),
        ({"env": {"A-B": text("")}}, "`A-B` is no name of an environment variable"),
        ({"args": text("'")}, "the arguments can't be split: No closing quotation"),
        ({"groups": ("test",)}, "`test` is no dependency group of a project"),
    ],
)
def test_what_can_not_be_is_told(given: dict[str, Any], message: str):
    with pytest.raises(ConfigurationError) as caught:
        steps(options(**given))

    assert caught.value.message == message
