"""Finding Pythons: real ones, and made-up ones behind recorded commands."""

import os
import sys
import venv
from collections.abc import Mapping
from pathlib import Path

import pytest

from assembler.adapters.disk import Disk
from assembler.adapters.interpreters import MachineInterpreters
from assembler.adapters.processes import ChildProcesses
from assembler.errors import MachineError
from assembler.model.target import Interpreter
from assembler.ports import CommandLine, CommandResult
from tests.fakes.files import MemoryFiles
from tests.fakes.processes import RecordedProcesses

OURS = ".".join(map(str, sys.version_info[:2]))
FULL = ".".join(map(str, sys.version_info[:3]))


class Machine:
    """A folder of made-up Pythons; each answers with what its file says."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.processes = RecordedProcesses(self._answer)
        self.files = MemoryFiles()

    def put(self, path: str, version: str, implementation: str = "cpython", flags: str = "") -> str:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        answer = f'"version": "{version}", "implementation": "{implementation}", "flags": "{flags}"'
        file.write_text(f'assembler-interpreter {{"executable": "/{path}", {answer}}}\n')
        file.chmod(0o755)
        return str(file)

    def find(
        self, python: str, given: tuple[str, ...] = (), environment: Mapping[str, str] = {}
    ) -> Interpreter:
        folders = os.pathsep.join(f"{self.root}/{folder}" for folder in ("bin1", "bin2"))
        interpreters = MachineInterpreters(
            self.root / "cache",
            files=self.files,
            processes=self.processes,
            environment={"PATH": folders, "HOME": f"{self.root}/home", **environment},
            given=given,
        )
        return interpreters.find(python)

    @property
    def asked(self) -> list[str]:
        start = f"{self.root}/"
        return [command.argv[0].removeprefix(start) for command in self.processes.commands]

    def _answer(self, command: CommandLine) -> CommandResult:
        if not command.argv[0].startswith(f"{self.root}/"):
            return CommandResult(1, "one of the system's own\n")
        return CommandResult(0, "a warning\n" + Path(command.argv[0]).read_text())


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_first_that_fits_is_taken_and_no_other_asked(machine: Machine) -> None:
    machine.put("bin1/python3.30", "3.30.1")
    machine.put("bin2/python3.30", "3.30.9")
    found = machine.find("3.30")
    assert found == Interpreter(executable="/bin1/python3.30", version="3.30.1")
    assert machine.asked == ["bin1/python3.30"]


def test_a_full_version_means_that_patch_or_a_later_one(machine: Machine) -> None:
    machine.put("bin1/python3.30", "3.30.1")
    machine.put("bin2/python3.30", "3.30.9")
    assert machine.find("3.30.1").version == "3.30.1"
    assert machine.find("3.30.2").version == "3.30.9"


def test_one_that_is_given_comes_first(machine: Machine) -> None:
    machine.put("bin1/python3.30", "3.30.1")
    given = machine.put("elsewhere/python", "3.30.2")
    assert machine.find("3.30", (given,)).version == "3.30.2"
    assert machine.find("3.30", (f"{machine.root}/nothing",)).version == "3.30.1"


def test_a_plain_python_on_the_path_is_asked_too(machine: Machine) -> None:
    machine.put("bin1/python3", "3.29.0")
    machine.put("bin2/python3", "3.30.0")
    assert machine.find("3.30").executable == "/bin2/python3"


def test_the_newest_of_pyenv_comes_before_uv(machine: Machine) -> None:
    for patch in (2, 10):
        machine.put(f"home/.pyenv/versions/3.30.{patch}/bin/python3.30", f"3.30.{patch}")
    machine.put("home/.local/share/uv/python/cpython-3.30.11-linux/bin/python3.30", "3.30.11")
    assert machine.find("3.30").version == "3.30.10"
    assert machine.find("3.30.11").version == "3.30.11"


def test_shims_are_not_run_but_looked_behind(machine: Machine) -> None:
    machine.put("home/.pyenv/shims/python3.30", "3.30.0")
    machine.put("home/.pyenv/versions/3.30.4/bin/python3.30", "3.30.4")
    machine.put("bin1/python3.30", "3.30.1")
    path = f"{machine.root}/home/.pyenv/shims{os.pathsep}{machine.root}/bin1"
    assert machine.find("3.30", environment={"PATH": path}).version == "3.30.4"
    assert machine.asked == ["home/.pyenv/versions/3.30.4/bin/python3.30"]


def test_an_answer_is_kept_until_the_executable_changes(machine: Machine) -> None:
    machine.put("bin1/python3.30", "3.30.1")
    machine.find("3.30")
    machine.find("3.30")
    assert len(machine.asked) == 1
    machine.put("bin1/python3.30", "3.30.11")
    assert machine.find("3.30").version == "3.30.11"


@pytest.mark.parametrize(
    ("version", "implementation", "flags"),
    [("3.30.1", "pypy", ""), ("3.30.1", "cpython", "t"), ("3.30.0alpha", "cpython", "")],
)
def test_others_than_released_cpythons_do_not_fit(
    machine: Machine, version: str, implementation: str, flags: str
) -> None:
    machine.put("bin1/python3.30", version, implementation, flags)
    with pytest.raises(MachineError):
        machine.find("3.30")


def test_none_that_fits_is_an_error_that_says_what_was_seen(machine: Machine) -> None:
    machine.put("bin1/python3", "3.9.1")
    machine.put("bin1/python3.29", "3.29.1", "pypy")
    with pytest.raises(MachineError) as caught:
        machine.find("3.30", ("/no/such/python",))
    error = caught.value
    assert error.message == "no CPython 3.30 found on this machine"
    assert error.details[0] == "`/no/such/python` is not there, or no Python"
    assert "seen: 3.9.1 at `/bin1/python3`" in error.details
    assert "seen: 3.29.1 (pypy) at `/bin1/python3.29`" in error.details
    assert error.hints == ("install CPython 3.30, or name one with `--python PATH`",)


@pytest.mark.parametrize("python", ["2.7", "3.8", "3", "python3", "3.12.*"])
def test_what_no_program_can_have_is_refused(machine: Machine, python: str) -> None:
    with pytest.raises(MachineError) as caught:
        machine.find(python)
    assert caught.value.message == (
        f"`{python}` is not a Python that programs can have: 3.9 or later"
    )


def test_an_environment_leads_to_its_base(tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=False, symlinks=True)
    found = MachineInterpreters(
        tmp_path / "cache",
        files=Disk(),
        processes=ChildProcesses(),
        environment={"PATH": ""},
        given=(str(tmp_path / "env"),),
    ).find(OURS)
    assert found.version == FULL
    assert Path(found.executable).samefile(sys.executable)
    assert not (Path(found.executable).parent.parent / "pyvenv.cfg").exists()
