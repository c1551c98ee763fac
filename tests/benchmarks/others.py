"""Other tools than uv, where they can do the work: one program, and six parts that agree."""

from collections.abc import Mapping

from tests.benchmarks.field import Field
from tests.benchmarks.measuring import Contestant, by_turns, run
from tests.benchmarks.suites import Suite
from tests.benchmarks.table import beside
from tests.benchmarks.workload import LARGE, programs

SIX = ("shop-web", "shop-admin", "queue-monitor", "api", "gateway", "lint")
"""Programs whose newest versions agree: zc.buildout has one version of each distribution."""

BUILDOUT = f"""[buildout]
parts = {" ".join(SIX)}
eggs-directory = eggs
"""


def others(field: Field, rounds: int) -> str:
    """A line for each other tool and work; the first, unmeasured, run of each fills its cache."""
    once = max(rounds // 3, 1)
    return _one(Suite(field, programs(1)).filled(), once) + _six(field, once)


def _one(suite: Suite, rounds: int) -> str:
    asked = f"requirements/{LARGE}.in"
    pip, tools, pex = (
        suite.field.installed(*names) / "bin" for names in (["pip"], ["pip-tools", "pip"], ["pex"])
    )
    empty = suite.shell(f"rm -rf piped\n{suite.field.python} -m venv --without-pip piped")
    install = f"{pip}/pip --python piped/bin/python install -q --only-binary :all: -r {asked}"
    locks = suite.locks() | {
        "pip lock": suite.shell(f"{pip}/pip lock -q --only-binary :all: -r {asked} -o pip.toml"),
        "pip-compile": suite.shell(
            f"{tools}/pip-compile -q --pip-args '--only-binary :all:' -o tools.txt {asked}",
            before=suite.without("tools.txt"),
        ),
    }
    builds = {
        "assembler": suite.assemble("build", "--offline", before=suite.without("build")),
        "uv": suite.sync("--offline", before=suite.without("envs")),
        "uv with bytecode": suite.sync(
            "--offline", "--compile-bytecode", before=suite.without("envs")
        ),
        "pip": suite.shell(f"{install} --no-compile", before=lambda: _run(empty)),
        "pip with bytecode": suite.shell(install, before=lambda: _run(empty)),
        "pex": suite.shell(
            f"{pex}/pex -r {asked} --wheel --no-build -o lab.pex",
            before=suite.without("lab.pex"),
        ),
    }
    return _lines("lock, warm, one program", locks, rounds) + _lines(
        "build, warm, one program", builds, rounds
    )


def _six(field: Field, rounds: int) -> str:
    every = programs(20)
    suite = Suite(field, {name: every[name] for name in SIX}).filled()
    sections = "".join(
        f"\n[{name}]\nrecipe = zc.recipe.egg\neggs =\n" + "".join(f"    {each}\n" for each in eggs)
        for name, eggs in suite.programs.items()
    )
    (suite.folder / "buildout.cfg").write_text(BUILDOUT + sections)
    tool = field.installed("zc.buildout", "setuptools") / "bin/buildout"
    upgrade = f"{field.assembler} lock --upgrade -q\n{field.assembler} build -q"
    contestants = {"assembler": suite.shell(upgrade), "zc.buildout": suite.shell(f"{tool} -q")}
    return _lines("lock anew and build, six parts that are built already", contestants, rounds)


def _run(contestant: Contestant) -> None:
    run(contestant)


def _lines(work: str, contestants: Mapping[str, Contestant], rounds: int) -> str:
    by_turns(contestants, 1)
    times = by_turns(contestants, rounds)
    ours = times.pop("assembler").seconds
    return "".join(beside(work, ours, name, each.seconds) for name, each in times.items())
