from collections.abc import Mapping

import pytest
from assembler_recipes.program import recipe
from assembler_recipes.program.options import LauncherOptions, ProgramOptions

from assembler.api import (
    Assembled,
    CallFunction,
    ConfigurationError,
    Constraint,
    EntryPoint,
    Expose,
    Launcher,
    Link,
    LinkWheels,
    Needs,
    Origin,
    Place,
    ProgramRequest,
    Root,
    RunBinary,
    RunInterpreter,
    RunModule,
    RunScript,
    Step,
    StoredWheel,
    Text,
    WheelSet,
    WriteFile,
    launcher_script,
)
from tests.recipes.parts import ORIGIN, PYTHON, TARGET, part, text

GUNICORN = StoredWheel(
    key="gunicorn-23-aa",
    name="gunicorn",
    version="23",
    entry_points=(EntryPoint("gunicorn", "gunicorn.app", "wsgi.run"),),
)
SHOP = StoredWheel(
    key="shop-1-bb",
    name="shop",
    version="1",
    entry_points=(EntryPoint("shop", "shop.cli", "main"), EntryPoint("old", "shop.old", "main")),
    scripts=("shop-admin",),
)
RUFF = StoredWheel(key="ruff-1-cc", name="ruff", version="1", binaries=("ruff",))
RUFF_LINK = Link("bin/ruff", "ruff-1-cc/scripts/ruff")
ADMIN_LINK = Link("libexec/shop/shop-admin", "shop-1-bb/scripts/shop-admin")
SITE = Link("lib/python3.12/site-packages/shop", "shop-1-bb/site/shop")

RUN_GUNICORN = CallFunction(module="gunicorn.app", attribute="wsgi.run")
RUN_SHOP = CallFunction(module="shop.cli", attribute="main")


def wheel_set(*wheels: StoredWheel, requested: tuple[str, ...] = ("shop",)) -> WheelSet:
    links = (RUFF_LINK, SITE) if RUFF in wheels else (SITE,)
    return WheelSet(python=PYTHON, wheels=wheels, links=links, requested=frozenset(requested))


def steps(options: ProgramOptions, program: WheelSet | None = None) -> tuple[Step, ...]:
    program = program or wheel_set(GUNICORN, RUFF, SHOP)
    return recipe.realise(part(options), Assembled(target=TARGET, programs={"app": program}))


def written(found: tuple[Step, ...]) -> Mapping[str, Text]:
    return {step.path: step.content for step in found if isinstance(step, WriteFile)}


def shown(found: tuple[Step, ...]) -> list[str]:
    return [step.path.removeprefix("bin/") for step in found if isinstance(step, Expose)]


def links(found: tuple[Step, ...]) -> tuple[Link, ...]:
    assert isinstance(found[0], LinkWheels)
    return found[0].links


def script(launcher: Launcher) -> Text:
    return launcher_script(launcher, "3.12")


def options(**launchers: LauncherOptions) -> ProgramOptions:
    return ProgramOptions(requires=("shop",), launchers=launchers)


def refusal(wrong: ProgramOptions, **lines: int) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        recipe.declare(part(wrong, "app", **lines))
    return caught.value


def failure(wrong: ProgramOptions, program: WheelSet | None = None) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        steps(wrong, program)
    return caught.value


def test_it_needs_one_program_of_its_name():
    wanted = ProgramOptions(
        requires=("shop[pg]", "gunicorn>=22"), python="3.12", constraints={"numpy": "<3"}
    )

    needs = recipe.declare(part(wanted, name="Shop_Web", requires__1=12, constraints__numpy=14))

    assert needs == Needs(
        programs=(
            ProgramRequest(
                name="shop-web",
                roots=(
                    Root("shop[pg]", ORIGIN),
                    Root("gunicorn>=22", Origin(file="assembly.toml", line=12)),
                ),
                python="3.12",
                constraints=(Constraint("numpy", "<3", Origin(file="assembly.toml", line=14)),),
            ),
        )
    )


def test_it_is_an_environment_first():
    found = steps(
        ProgramOptions(requires=("shop",), extra_paths=(text("plugins/"), text("/opt/plugins")))
    )

    assert found[0] == LinkWheels(
        python=PYTHON,
        wheels=(GUNICORN, RUFF, SHOP),
        links=(RUFF_LINK, SITE, ADMIN_LINK),
        extra_paths=(text(Place(root="project", path="plugins")), text("/opt/plugins")),
    )


def test_every_script_of_the_program_stands_in_its_own_bin():
    assert list(written(steps(ProgramOptions(requires=("shop",))))) == [
        "bin/gunicorn",
        "bin/old",
        "bin/shop",
        "bin/shop-admin",
    ]


def test_scripts_of_the_listed_distributions_are_shown_if_none_is_named():
    assert shown(steps(ProgramOptions(requires=("shop",)))) == ["old", "shop", "shop-admin"]


def test_scripts_of_dependencies_are_shown_if_all_are_asked():
    found = steps(ProgramOptions(requires=("shop",), scripts="all"))

    assert shown(found) == ["gunicorn", "old", "ruff", "shop", "shop-admin"]


@pytest.mark.parametrize(
    ("named", "names"),
    [
        (ProgramOptions(requires=("shop",), scripts=()), []),
        (ProgramOptions(requires=("shop",), scripts=("gunicorn",)), ["gunicorn"]),
        (ProgramOptions(requires=("shop",), scripts={"web": "gunicorn"}), ["web"]),
        (ProgramOptions(requires=("shop",), entry_points={"serve": "shop.web:run"}), ["serve"]),
        (ProgramOptions(requires=("shop",), interpreter="py"), ["py"]),
        (options(w=LauncherOptions(module="shop")), ["w"]),
        (
            ProgramOptions(
                requires=("shop",),
                scripts="all",
                launchers={"shop": LauncherOptions(module="shop")},
            ),
            ["gunicorn", "old", "ruff", "shop", "shop-admin"],
        ),
    ],
)
def test_only_what_is_named_is_shown(named: ProgramOptions, names: list[str]):
    assert shown(steps(named)) == names


@pytest.mark.parametrize(
    ("named", "launcher"),
    [
        (LauncherOptions(script="gunicorn"), Launcher(start=RUN_GUNICORN)),
        (
            LauncherOptions(entry_point="shop.web:App.run"),
            Launcher(start=CallFunction(module="shop.web", attribute="App.run")),
        ),
        (LauncherOptions(module="shop.web"), Launcher(start=RunModule(module="shop.web"))),
        (LauncherOptions(interpreter=True), Launcher(start=RunInterpreter())),
        (
            LauncherOptions(script="shop-admin"),
            Launcher(start=RunScript(path="libexec/shop/shop-admin")),
        ),
        (LauncherOptions(script="ruff"), Launcher(start=RunBinary(path="libexec/ruff/ruff"))),
        (
            LauncherOptions(
                script="shop", args=(text("a b"), text("c")), env={"B": text("2")}, init="x = 1"
            ),
            Launcher(
                start=RUN_SHOP,
                arguments=(text("a b"), text("c")),
                environment=(("B", text("2")),),
                initialisation="x = 1",
            ),
        ),
        (
            LauncherOptions(script="shop", args=text("a 'b c' --d")),
            Launcher(start=RUN_SHOP, arguments=(text("a"), text("b c"), text("--d"))),
        ),
    ],
)
def test_a_launcher_starts_what_it_names(named: LauncherOptions, launcher: Launcher):
    assert written(steps(options(web=named)))["bin/web"] == script(launcher)


def test_a_launchers_environment_wins_over_the_programs():
    found = written(
        steps(
            ProgramOptions(
                requires=("shop",),
                env={"TZ": text("UTC"), "A": text("1")},
                launchers={"web": LauncherOptions(script="shop", env={"A": text("2")})},
            )
        )
    )

    own = (("A", text("2")), ("TZ", text("UTC")))
    programs = (("A", text("1")), ("TZ", text("UTC")))
    assert found["bin/web"] == script(Launcher(start=RUN_SHOP, environment=own))
    assert found["bin/shop"] == script(Launcher(start=RUN_SHOP, environment=programs))


def test_a_named_launcher_replaces_the_script_of_its_name():
    found = written(steps(options(shop=LauncherOptions(script="shop", args=(text("-v"),)))))

    assert found["bin/shop"] == script(Launcher(start=RUN_SHOP, arguments=(text("-v"),)))


def test_a_scripts_file_is_linked_for_its_launcher():
    found = steps(ProgramOptions(requires=("shop",)))

    assert ADMIN_LINK in links(found)


def test_a_binary_needs_no_launcher():
    found = steps(ProgramOptions(requires=("ruff",), scripts=("ruff",)))

    assert RUFF_LINK in links(found)
    assert "bin/ruff" not in written(found)
    assert shown(found) == ["ruff"]


def test_a_binary_with_arguments_or_environment_has_a_launcher():
    found = steps(options(ruff=LauncherOptions(script="ruff", args=(text("check"),))))

    assert RUFF_LINK not in links(found)
    assert Link("libexec/ruff/ruff", RUFF_LINK.target) in links(found)
    assert written(found)["bin/ruff"] == script(
        Launcher(start=RunBinary(path="libexec/ruff/ruff"), arguments=(text("check"),))
    )


def test_an_unknown_script_is_refused_with_the_names_there_are():
    wrong = ProgramOptions(requires=("shop",), scripts=("gunicon",))

    with pytest.raises(ConfigurationError) as caught:
        recipe.realise(
            part(wrong, scripts__0=4),
            Assembled(target=TARGET, programs={"app": wheel_set(GUNICORN, SHOP)}),
        )

    error = caught.value
    assert error.message == "no distribution of program `app` offers the script `gunicon`"
    assert error.origin == Origin(file="assembly.toml", line=4)
    assert error.details == ("scripts there are: `gunicorn`, `old`, `shop`, `shop-admin`",)
    assert error.hints == ("did you mean `gunicorn`?",)


ONE_START = "launcher `web` must have one of `script`, `entry-point`, `module` and `interpreter`"


def test_two_launchers_of_one_name_are_refused():
    error = refusal(
        ProgramOptions(
            requires=("shop",),
            scripts=("web",),
            launchers={"web": LauncherOptions(module="shop")},
        ),
        launchers__web__module=7,
        scripts__0=3,
    )

    assert error.message == "`app` has two launchers `web`"
    assert error.origin == Origin(file="assembly.toml", line=3)
    assert error.details == ("the other one: assembly.toml:7",)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (
            options(web=LauncherOptions()),
            f"{ONE_START}, not 0",
        ),
        (
            options(web=LauncherOptions(script="a", module="b")),
            f"{ONE_START}, not 2",
        ),
        (options(web=LauncherOptions(entry_point="shop")), "`shop` is no entry point"),
        (options(web=LauncherOptions(module="a-b")), "`a-b` is no module's name"),
        (
            options(py=LauncherOptions(interpreter=True, init="x")),
            "launcher `py` is an interpreter, which has no `init`",
        ),
        (
            options(web=LauncherOptions(module="a", args=text("'"))),
            "the arguments can't be split: No closing quotation",
        ),
        (
            options(web=LauncherOptions(module="a", env={"A-B": text("")})),
            "`A-B` is no name of an environment variable",
        ),
        (
            ProgramOptions(requires=(), env={"1": text("")}),
            "`1` is no name of an environment variable",
        ),
        (
            ProgramOptions(requires=(), interpreter="python3"),
            "a launcher can't be named `python3`: that is the environment's own interpreter",
        ),
        (ProgramOptions(requires=(), interpreter="a/b"), "'a/b' is no name of a launcher"),
    ],
)
def test_wrong_launchers_are_refused_at_once(wrong: ProgramOptions, message: str):
    assert refusal(wrong).message == message


def test_a_binary_has_no_python_to_run_before():
    error = failure(options(r=LauncherOptions(script="ruff", init="x")))

    assert error.message == "launcher `r` is not Python, and has no `init`"


RIVAL = StoredWheel(
    key="rival-1-dd",
    name="rival",
    version="1",
    entry_points=(EntryPoint("shop", "rival", "main"), EntryPoint("python3", "rival", "main")),
)


def test_a_listed_distributions_script_wins_over_a_dependencys():
    found = written(steps(ProgramOptions(requires=("shop",)), wheel_set(RIVAL, SHOP)))

    assert found["bin/shop"] == script(Launcher(start=RUN_SHOP))


def test_a_script_that_two_listed_distributions_offer_is_refused():
    program = wheel_set(RIVAL, SHOP, requested=("rival", "shop"))

    error = failure(ProgramOptions(requires=("rival", "shop")), program)

    assert error.message == "`rival` and `shop` both offer the script `shop` in program `app`"
    assert error.hints == ("name the launchers to show, and write this one with `entry-point`",)


def test_a_distribution_can_not_replace_the_interpreter():
    assert "bin/python3" not in written(steps(options(), wheel_set(RIVAL)))
