"""What CI runs, session by session: `nox` runs all of it, `nox -s tests` one."""

import os
import shutil
from pathlib import Path

import nox

nox.needs_version = ">=2025.5"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.download_python = "never"
nox.options.error_on_missing_interpreters = False
nox.options.reuse_venv = "yes"

PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = ["3.11", "3.12", "3.13"]
CHECKED = ("assembler", "recipes", "noxfile.py", "conftest.py", "docs", "tests")

PYENV = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
if installed := [each.name for minor in PYTHONS for each in sorted(PYENV.glob(f"{minor}.*"))]:
    os.environ["PYENV_VERSION"] = ":".join(installed)


def install(session: nox.Session, *groups: str) -> None:
    """Install the project from its checkout, and dependency groups."""
    session.install("-e", ".", *nox.project.dependency_groups(PROJECT, *groups))


@nox.session
def lint(session: nox.Session) -> None:
    """Check style and formatting."""
    session.install(*nox.project.dependency_groups(PROJECT, "lint"))
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def layers(session: nox.Session) -> None:
    """Check who imports whom, sizes, names, and that the architecture page tells the truth."""
    install(session, "layers")
    session.run("lint-imports", "--no-logo", "--no-cache")
    session.run("pytest", "-q", "tests/architecture", *session.posargs)


@nox.session
def types(session: nox.Session) -> None:
    """Check types, strictly."""
    install(session, "types")
    session.run("mypy", *CHECKED)


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests and every code block of the docs, on each Python that this machine has.

    What is under tests/architecture belongs to `layers`, what is under tests/behaviours and
    tests/e2e to the sessions of these names, what is under tests/hostile and tests/faults to
    `hostile`.
    """
    install(session, "tests")
    elsewhere = ("architecture", "behaviours", "e2e", "faults", "hostile")
    others = [f"--ignore=tests/{name}" for name in elsewhere]
    session.run("pytest", *others, *(session.posargs or ["-n", "2"]))


@nox.session(python=PYTHONS[0])
def behaviours(session: nox.Session) -> None:
    """Run commands as users do; `--force-python 3.13` lets them run on another Python."""
    install(session, "tests")
    session.run("pytest", *(session.posargs or ["-n", "2", "tests/behaviours"]))


@nox.session(python=PYTHONS[0])
def e2e(session: nox.Session) -> None:
    """Lock the examples from PyPI, build them, and run what they describe; on one Python."""
    install(session, "tests")
    session.run("pytest", *(session.posargs or ["-n", "2", "tests/e2e"]))


@nox.session(python=PYTHONS[0])
def hostile(session: nox.Session) -> None:
    """Hostile indexes, servers and archives, all of them; a few of the faults; on one Python."""
    install(session, "tests")
    session.run("pytest", *(session.posargs or ["-n", "2", "tests/hostile", "tests/faults"]))


@nox.session(default=False)
def faults(session: nox.Session) -> None:
    """Killed commands, power cuts, failing calls, bad disks, damage, hostile cases, many at once.

    Ends with a table of figures, after about 45 minutes on two cores; `-- --short` is a little of
    each, and `-- --write` puts the table on its page.
    """
    install(session, "tests")
    session.run("python", "-m", "tests.faults", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the documentation; a warning is an error."""
    install(session, "docs")
    session.run("sphinx-build", "-W", "-n", "--keep-going", "-q", "docs", "docs/_build/html")
    session.run("towncrier", "build", "--draft", "--version", "next", silent=True)


@nox.session(default=False, python="3.11")
def bench(session: nox.Session) -> None:
    """Measure assembler beside other tools, and write the tables; names of rows limit it."""
    install(session, "tests")
    session.run("python", "-m", "tests.benchmarks", *session.posargs)


@nox.session(default=False)
def oracle(session: nox.Session) -> None:
    """The solver beside every combination, uv and pip, on thousands of random indexes.

    `ASSEMBLER_ORACLE_SEED` says which ones.
    """
    install(session, "tests")
    counts = {
        "ASSEMBLER_ORACLE": "5000",
        "ASSEMBLER_ORACLE_UV": "1000",
        "ASSEMBLER_ORACLE_PIP": "300",
    }
    every = "tests/property/test_solve_oracle.py::test_many_random_indexes"
    modes = ("tests/property/test_solve_lowest.py", "tests/property/test_solve_groups.py")
    tools = "tests/oracles/test_beside_uv_and_pip.py"
    session.run("pytest", "-q", every, *modes, tools, *session.posargs, env=counts)


@nox.session(default=False, python="3.11")
def realsets(session: nox.Session) -> None:
    """Lock large real sets from PyPI beside uv and pip, build them, and write down the times."""
    install(session, "tests")
    session.run("python", "tests/realsets/measure.py", *session.posargs)


@nox.session(default=False, python="3.11")
def elsewhere(session: nox.Session) -> None:
    """Lock an example from PyPI for four machines, and check that it installs on each of them."""
    install(session, "tests")
    session.run("python", "-m", "tests.realsets.elsewhere", *session.posargs)


@nox.session(default=False)
def rules(session: nox.Session) -> None:
    """Take each rule of solving and locking out of a copy: its scenario must fail there."""
    install(session, "tests")
    session.run("python", "-m", "tests.solve.mutation", *session.posargs)


@nox.session(default=False)
def demo(session: nox.Session) -> None:
    """Assemble the example application from PyPI and run its programs."""
    session.install(".")
    session.run("python", "examples/storefront/demo.py", *session.posargs)


@nox.session(default=False)
def release(session: nox.Session) -> None:
    """Build sdist and wheel, check both, and try the wheel."""
    session.install(*nox.project.dependency_groups(PROJECT, "release"))
    folder = Path("dist")
    shutil.rmtree(folder, ignore_errors=True)
    session.run("python", "-m", "build", "--outdir", str(folder))
    built = sorted(str(path) for path in folder.iterdir())
    session.run("twine", "check", "--strict", *built)
    session.install("--force-reinstall", *(path for path in built if path.endswith(".whl")))
    session.run("assemble", "--version")
