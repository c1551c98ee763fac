"""`python -m tests.benchmarks.workload FOLDER`: an application of many programs, for each tool.

The programs are those of `programs.toml`; above twenty they come again, each time a little
different. The folder gets `assembly.toml`, `pyproject.toml` for uv with a dependency group for each
program, and `requirements/NAME.in`. All is resolved by each tool from PyPI when it is first locked.
"""

import argparse
import json
import sys
import tomllib
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path

HERE = Path(__file__).parent
PYTHON = "3.11"
TARGET = "linux-x86_64"
LARGE = "lab"
"""The program that stands alone where one program is measured."""

VARIATIONS = (None, "sentry-sdk", "structlog", "tzdata")
"""What is required as well by the first twenty programs, by the next, and so on."""

Programs = Mapping[str, Sequence[str]]


def programs(count: int) -> Programs:
    """So many programs, with what each requires; the only one is a large one."""
    stacks: Programs = tomllib.loads((HERE / "programs.toml").read_text())
    if count == 1:
        return {LARGE: stacks[LARGE]}
    every = (
        (f"{name}-{turn}" if turn else name, [*requires, *([more] if more else [])])
        for turn, more in enumerate(VARIATIONS)
        for name, requires in stacks.items()
    )
    return dict(islice(every, count))


def assembly(chosen: Programs, targets: Sequence[str] = (TARGET,)) -> str:
    """The assembly file of these programs."""
    head = f"""[assembly]
name = "suite"
python = "{PYTHON}"

[lock]
targets = {json.dumps(list(targets))}
"""
    parts = (
        f'\n[parts.{name}]\nrecipe = "program"\nrequires = {json.dumps(requires)}\n'
        f"launchers.py-{name} = {{ interpreter = true }}\n"
        for name, requires in chosen.items()
    )
    return head + "".join(parts)


def project(chosen: Programs) -> str:
    """The project that is the same for uv: a group for each program, resolved on its own."""
    groups = "".join(f"{name} = {json.dumps(requires)}\n" for name, requires in chosen.items())
    apart = ", ".join(f'{{ group = "{name}" }}' for name in chosen)
    conflicts = f"conflicts = [[{apart}]]\n" if len(chosen) > 1 else ""
    return f"""[project]
name = "suite"
version = "1"
requires-python = "=={PYTHON}.*"

[dependency-groups]
{groups}
[tool.uv]
package = false
no-build = true
default-groups = []
environments = ["sys_platform == 'linux' and platform_machine == 'x86_64'"]
{conflicts}"""


def write(folder: Path, chosen: Programs, targets: Sequence[str] = (TARGET,)) -> None:
    """Write what each tool reads about these programs."""
    requirements = folder / "requirements"
    requirements.mkdir(parents=True, exist_ok=True)
    (folder / "assembly.toml").write_text(assembly(chosen, targets))
    (folder / "pyproject.toml").write_text(project(chosen))
    for name, requires in chosen.items():
        (requirements / f"{name}.in").write_text("".join(f"{each}\n" for each in requires))


def main(argv: Sequence[str]) -> None:
    """Write a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--programs", type=int, default=20, help="1, 20 or up to 80")
    parser.add_argument("--targets", nargs="+", default=[TARGET], help="machines to lock for")
    given = parser.parse_args(argv)
    write(given.folder, programs(given.programs), given.targets)


if __name__ == "__main__":
    main(sys.argv[1:])
