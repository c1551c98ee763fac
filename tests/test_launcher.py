import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembler.launcher import (
    CallFunction,
    Launcher,
    RunBinary,
    RunInterpreter,
    RunModule,
    RunScript,
    is_reference,
    is_variable,
    launcher_script,
)
from assembler.model.text import PartKey, Place, Text
from tests.environments import MINORS, Environment, interpreter, run

FUNCTION = CallFunction(module="shop.cli", attribute="main")
PLACE = Place(root="project")
REPORT = """\
import json, os, sys
def main():
    import __main__
    print(json.dumps({
        "argv": sys.argv, "prefix": sys.prefix, "path": sys.path, "flags": list(sys.flags),
        "env": dict(os.environ), "main": __main__.__file__, "extra": os.environ.get("EXTRA"),
    }))
"""
ODD = "a'b'''\"c\\n\\\\ $HOME`id` \n\tü\\"


@pytest.fixture(params=MINORS)
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> Environment:
    python = interpreter(request.param)
    if python is None:
        pytest.skip(f"there is no Python {request.param}")
    made = Environment(tmp_path, request.param, python)
    made.module("shop/__init__.py", "")
    made.module("shop/cli.py", REPORT)
    return made


def report(*argv: str | Path, **variables: str) -> dict[str, Any]:
    result = run(*argv, env=variables)
    assert (result.stderr, result.returncode) == ("", 0)
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_it_finds_its_environment_through_links_and_without_a_path(
    environment: Environment, tmp_path: Path
):
    launcher = environment.launcher("web", Launcher(start=FUNCTION))
    (tmp_path / "one link").symlink_to(launcher)
    (tmp_path / "other").symlink_to("one link")

    found = report(tmp_path / "other", "arg 1", "", "-x", PATH="")

    assert found["prefix"] == str(environment.root)
    assert found["argv"] == [str(launcher), "arg 1", "", "-x"]


def test_it_works_where_the_environment_was_moved(environment: Environment, tmp_path: Path):
    environment.launcher("web", Launcher(start=FUNCTION))
    moved = environment.root.rename(tmp_path / "moved")

    assert report(moved / "bin/web")["prefix"] == str(moved)


def test_neither_its_own_directory_nor_anyone_elses_is_on_the_path(environment: Environment):
    launcher = environment.launcher("web", Launcher(start=FUNCTION))

    found = report(
        launcher, PYTHONPATH="/nowhere", PYTHONHOME="/nowhere", VIRTUAL_ENV="/x", A="kept"
    )

    assert not {str(launcher.parent), "", ".", "/nowhere"}.intersection(found["path"])
    assert found["path"][-1] == str(environment.site)
    assert {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}.isdisjoint(found["env"])
    assert "A" in found["env"]


def test_it_leaves_no_variable_of_its_own(environment: Environment):
    launcher = environment.launcher("web", Launcher(start=FUNCTION, arguments=(Text.of(PLACE),)))

    found = report(launcher, __launcher__="x", __place_1__="x")

    assert not {name for name in found["env"] if name.startswith(("__launcher", "__place"))}


def test_run_by_python_itself_it_is_the_same_program(environment: Environment):
    launcher = environment.launcher("web", Launcher(start=FUNCTION))

    found = report(environment.root / "bin/python", launcher, "a")

    assert found["argv"] == [str(launcher), "a"]
    assert str(launcher.parent) not in found["path"]


def test_it_sets_variables_and_prepends_arguments(environment: Environment):
    place = "/odd '''\\N{x}\" $(id) `id` coding: x  "
    launcher = environment.launcher(
        "web",
        Launcher(
            start=FUNCTION,
            arguments=(Text.of(ODD), Text.of(), Text.of("--to=", PLACE, "/x"), Text.of(PLACE)),
            environment=(("ODD", Text.of(ODD)), ("WHERE", Text.of(PLACE, ":", PLACE))),
        ),
        project=place,
    )

    found = report(launcher, "last", ODD="before")

    assert found["argv"][1:] == [ODD, "", f"--to={place}/x", place, "last"]
    assert dict(found["env"])["ODD"] == ODD
    assert dict(found["env"])["WHERE"] == f"{place}:{place}"


plain = st.text(st.characters(exclude_characters="\0\r", exclude_categories=["Cs"]))


@given(st.lists(plain, max_size=5))
def test_any_text_reaches_the_program_as_it_is(arguments: list[str]):
    launcher = Launcher(start=FUNCTION, arguments=tuple(Text.of(each) for each in arguments))
    script = launcher_script(launcher, "3.12").literal or ""
    command = script.partition("exec ")[2].partition(' "$__launcher__" ')[2].partition("'''\n")[0]

    shell = subprocess.run(
        ["/bin/sh", "-c", f"printf '%s\\0' {command}", "sh", "end"],
        capture_output=True,
        check=True,
    )

    compile(script, "launcher", "exec")
    assert shell.stdout.decode().split("\0")[:-1] == [*arguments, "end"]


def test_places_in_the_prefix_move_with_it(environment: Environment, tmp_path: Path):
    launcher = environment.launcher(
        "web",
        Launcher(
            start=FUNCTION,
            arguments=(
                Text.of(Place("part", "a b", "data"), "/c:", Place("part", part="web")),
                Text.of(Place("prefix"), "/x:", Place("prefix", "it's")),
                Text.of(PLACE, "/", PartKey("data")),
            ),
        ),
    )
    moved = environment.prefix.rename(tmp_path / 'moved "$HOME\\ here')

    found = report(moved / launcher.relative_to(environment.prefix))

    assert found["argv"][1:] == [
        f"{moved}/.assembly/parts/data-2e/a b/c:{moved}/.assembly/parts/web-1f",
        f"{moved}/x:{moved}/it's",
        "/checkout/2e",
    ]


@pytest.mark.parametrize(
    ("returned", "status"), [("3", 3), ("None", 0), ("True", 1), ("'failed'", 1)]
)
def test_it_exits_with_what_the_function_returns(
    environment: Environment, returned: str, status: int
):
    environment.module("shop/cli.py", f"class App:\n    def run():\n        return {returned}\n")
    start = CallFunction(module="shop.cli", attribute="App.run")

    assert run(environment.launcher("web", Launcher(start=start))).returncode == status


def test_it_starts_where_it_is_told(environment: Environment, tmp_path: Path):
    folder = tmp_path / "a 'b"
    folder.mkdir()
    code = "import os\ndef main():\n    print(os.getcwd())\n"
    environment.module("shop/cli.py", code)
    here = environment.launcher("web", Launcher(start=FUNCTION, directory=Text.of(str(folder))))
    nowhere = Launcher(start=FUNCTION, directory=Text.of(str(folder / "none")))

    assert run(here).stdout == f"{folder}\n"
    assert run(environment.launcher("job", nowhere)).returncode == 2


def test_initialisation_runs_first(environment: Environment):
    launcher = environment.launcher(
        "web",
        Launcher(start=FUNCTION, initialisation="import os\nos.environ['EXTRA'] = '''x\\ty'''"),
    )

    assert report(launcher)["extra"] == "x\ty"


def test_a_module_runs_as_main(environment: Environment):
    environment.module("shop/__main__.py", "import sys; print(__name__, sys.argv[1:]); sys.exit(4)")

    result = run(environment.launcher("web", Launcher(start=RunModule(module="shop"))), "a")

    assert (result.stdout, result.returncode) == ("__main__ ['a']\n", 4)


def test_a_script_runs_as_main(environment: Environment):
    path = environment.root / "libexec/it's.py"
    path.parent.mkdir()
    path.write_text("#!python\nimport shop, sys; print(__name__, __file__, sys.argv); sys.exit(4)")

    result = run(
        environment.launcher("web", Launcher(start=RunScript(path="libexec/it's.py"))), "a"
    )

    assert result.stdout == f"__main__ {path} {[str(path), 'a']}\n"
    assert result.returncode == 4


def test_a_binary_runs(environment: Environment):
    path = environment.root / "libexec/echo"
    path.parent.mkdir()
    path.symlink_to("/bin/echo")
    launcher = Launcher(start=RunBinary(path="libexec/echo"), arguments=(Text.of("a"),))

    assert run(environment.launcher("web", launcher), "b").stdout == "a b\n"


def test_a_traceback_shows_the_launcher_and_its_line(environment: Environment):
    environment.module("shop/cli.py", "def main(): raise OSError('no')")
    launcher = environment.launcher("web", Launcher(start=FUNCTION))

    result = run(launcher)

    lines = launcher.read_text().splitlines()
    assert f'File "{launcher}", line {lines.index("    sys.exit(main())") + 1}' in result.stderr
    assert "sys.exit(main())" in result.stderr
    assert result.returncode == 1


SPAWN = """\
import multiprocessing, os, sys
def child(number):
    import shop.cli
    return number + int(os.environ["EXTRA"]), sys.prefix, sys.argv[1:]
def main():
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        print(pool.map(child, [1]))
"""


@pytest.mark.parametrize(
    "start", [FUNCTION, RunModule(module="shop"), RunScript(path="libexec/work")]
)
def test_processes_can_be_spawned(
    environment: Environment, start: CallFunction | RunModule | RunScript
):
    environment.module("shop/cli.py", SPAWN)
    guarded = "if __name__ == '__main__':\n    import shop.cli; shop.cli.main()\n"
    environment.module("shop/__main__.py", guarded)
    (environment.root / "libexec").mkdir()
    (environment.root / "libexec/work").write_text(guarded)
    launcher = environment.launcher(
        "work", Launcher(start=start, environment=(("EXTRA", Text.of("1")),))
    )

    result = run(launcher, "a")

    assert result.stderr == ""
    assert result.stdout == f"{[(2, str(environment.root), ['a'])]}\n"


def test_signals_reach_the_program(environment: Environment):
    environment.module(
        "shop/cli.py",
        "import signal, sys\ndef main():\n"
        "    signal.signal(signal.SIGTERM, lambda *_: sys.exit(9))\n"
        "    print('ready', flush=True); signal.pause()\n",
    )
    launcher = environment.launcher("web", Launcher(start=FUNCTION))
    with subprocess.Popen([launcher], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGTERM)

        assert process.wait(30) == 9


@pytest.fixture
def python(environment: Environment) -> Path:
    return environment.launcher(
        "py", Launcher(start=RunInterpreter(), environment=(("A", Text.of("1")),))
    )


def test_an_interpreter_behaves_like_python(python: Path, environment: Environment, tmp_path: Path):
    script = tmp_path / "script.py"
    script.write_text("import beside, shop.cli, sys; print(beside.x, sys.argv[1:])")
    (tmp_path / "beside.py").write_text("x = 'beside'")
    child = (
        "import subprocess, sys;"
        "subprocess.run([sys.executable, '-c', 'import shop.cli, sys; print(sys.prefix)'])"
    )

    assert run(python, "-c", "import shop, os, sys; print(os.environ['A'])").stdout == "1\n"
    assert run(python, script, "a").stdout == "beside ['a']\n"
    assert run(python, "-m", "site", "--user-site").returncode in {1, 2}
    assert run(python, stdin="import shop; print(__name__)").stdout == "__main__\n"
    assert run(python, "-", "a", stdin="import sys; print(sys.argv)").stdout == "['-', 'a']\n"
    assert run(python, "-V").stdout.startswith(f"Python {environment.minor}.")
    assert run(python, "-u", "-W", "ignore", "-c", "print(1)").stdout == "1\n"
    assert run(python, "-i", stdin="print(6 * 7)\n").stdout.startswith("42")
    assert run(python, "-c", child).stdout == f"{environment.root}\n"


def test_an_interpreter_needs_no_python_code():
    launcher = Launcher(start=RunInterpreter(), arguments=(Text.of("-u"),))

    assert launcher_script(launcher, "3.12") == Text.of(
        "#!/bin/sh\n"
        "# Made by assembler. Edits are lost: change the assembly and build it.\n"
        "unset PYTHONHOME PYTHONPATH VIRTUAL_ENV __PYVENV_LAUNCHER__ __launcher__ __prefix__\n"
        '__launcher__=$(command -p readlink -f -- "$0") || exit 127\n'
        "__prefix__=${__launcher__%/.assembly/*}\n"
        'exec "${__launcher__%/*}/python" \'-u\' "$@"\n'
    )


@pytest.mark.parametrize(
    ("name", "valid"), [("A_1", True), ("_", True), ("1A", False), ("A-B", False), ("A\n", False)]
)
def test_names_of_variables(name: str, valid: bool):
    assert is_variable(name) is valid


@pytest.mark.parametrize(
    ("name", "valid"),
    [("a", True), ("a.b_1", True), ("é.x", True), ("a.", False), ("a-b", False), ("", False)],
)
def test_names_of_modules_and_attributes(name: str, valid: bool):
    assert is_reference(name) is valid
