"""Build back ends, run for real on small sources."""

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePath

import pytest
from inline_snapshot import snapshot

from assembler.adapters.archives.extract import Extractor
from assembler.adapters.builder import BuilderSettings, IsolatedBuilder
from assembler.adapters.processes import ChildProcesses
from assembler.errors import LockError, PartError
from assembler.model.distribution import CoreMetadata, DistributionFile
from assembler.model.limits import Limits
from assembler.model.target import Interpreter
from assembler.ports import BuildRequest, CommandLine, CommandResult
from tests.fakes.cache_lock import MemoryCacheLock
from tests.wheels import make_sdist, make_tree

PYTHON = Interpreter(executable=sys.executable, version=".".join(map(str, sys.version_info[:3])))
FAILING = """
import os
def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    {body}
"""


class CountedProcesses:
    """Real processes, counted."""

    def __init__(self) -> None:
        self.commands: list[CommandLine] = []
        self._processes = ChildProcesses()

    def run(self, command: CommandLine) -> CommandResult:
        self.commands.append(command)
        return self._processes.run(command)

    def close(self) -> None:
        self._processes.close()


class CountedExtractor(Extractor):
    """The archive reader, counted."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def extract(self, archive: PurePath, directory: PurePath, strip: int) -> None:
        self.count += 1
        super().extract(archive, directory, strip)


def nothing_needed(requirements: Sequence[str]) -> tuple[DistributionFile, ...]:
    assert not requirements
    return ()


class Bench:
    """A builder, its cache, and what it was asked for."""

    def __init__(self, folder: Path, variables: Mapping[str, str], limits: Limits) -> None:
        self.processes = CountedProcesses()
        self.unpacker = CountedExtractor()
        self.environments: list[tuple[str, ...]] = []
        self.cache = folder / "cache"
        self.builder = IsolatedBuilder(
            self._environment,
            self.processes,
            self.unpacker,
            MemoryCacheLock(),
            BuilderSettings(cache=self.cache, variables=variables, limits=limits),
        )

    def _environment(self, wheels: tuple[DistributionFile, ...], python: Interpreter) -> PurePath:
        self.environments.append(tuple(wheel.filename for wheel in wheels))
        return PurePath(python.executable)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path, {"PATH": "/usr/bin:/bin", "SECRET": "hush"}, Limits())
    yield made
    made.builder.close()


def request_for(source: Path, *wheels: DistributionFile, editable: bool = False) -> BuildRequest:
    return BuildRequest(
        name="demo", source=str(source), python=PYTHON, editable=editable, wheels=wheels
    )


def wheel_of(name: str, version: str) -> DistributionFile:
    filename = f"{name}-{version}-py3-none-any.whl"
    sha256 = hashlib.sha256(filename.encode()).hexdigest()
    return DistributionFile(filename=filename, url=f"https://i.example/{filename}", sha256=sha256)


def requiring(folder: Path, *requirements: str) -> Path:
    """A tree whose back end requires more than is listed; for editable wheels `edits` as well."""
    tree = make_tree(folder, "demo", "1.0")
    backend = tree / "_backend" / "source_backend.py"
    more = (
        f"\ndef get_requires_for_build_wheel(config_settings=None):\n"
        f"    return {list(requirements)}\n"
        f"\ndef get_requires_for_build_editable(config_settings=None):\n"
        f"    return {[*requirements, 'edits']}\n"
    )
    backend.write_text(backend.read_text() + more)
    return tree


def names(wheel: PurePath) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return sorted(archive.namelist())


def failing(folder: Path, body: str) -> Path:
    tree = make_tree(folder, "demo", "1.0")
    (tree / "_backend" / "source_backend.py").write_text(FAILING.format(body=body))
    return tree


def test_a_tree_becomes_a_wheel_in_the_cache(bench: Bench, tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "demo", "demo", "1.0")
    wheel = bench.builder.wheel(request_for(tree))
    assert wheel.name == "demo-1.0-py3-none-any.whl"
    assert wheel.parent.parent == bench.cache / "built"
    assert "demo/__init__.py" in names(wheel)
    assert sorted(path.name for path in tree.iterdir()) == ["_backend", "demo", "pyproject.toml"]


def test_an_unchanged_tree_is_not_built_again(bench: Bench, tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "demo", "demo", "1.0")
    first = bench.builder.wheel(request_for(tree))
    count = len(bench.processes.commands)
    assert bench.builder.wheel(request_for(tree)) == first
    assert len(bench.processes.commands) == count


def test_a_changed_tree_is_built_again(bench: Bench, tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "demo", "demo", "1.0")
    first = bench.builder.wheel(request_for(tree))
    (tree / "demo" / "more.py").write_text("x = 1\n")
    second = bench.builder.wheel(request_for(tree))
    assert second != first
    assert "demo/more.py" in names(second)


def test_a_damaged_wheel_is_built_again(bench: Bench, tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "demo", "demo", "1.0")
    first = Path(bench.builder.wheel(request_for(tree)))
    whole = first.read_bytes()
    first.chmod(0o644)
    first.write_bytes(whole[:-1] + b"?")
    assert Path(bench.builder.wheel(request_for(tree))).read_bytes() == whole


def test_what_git_ignores_is_left_out(bench: Bench, tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "demo", "demo", "1.0")
    (tree / ".gitignore").write_text("*.log\nbuild/\n")
    (tree / "demo" / "noise.log").write_text("noise\n")
    (tree / "demo" / "new.py").write_text("")
    subprocess.run(["git", "init", "-q", str(tree)], check=True)
    wheel = bench.builder.wheel(request_for(tree))
    assert "demo/noise.log" not in names(wheel)
    assert "demo/new.py" in names(wheel)


def test_what_tools_leave_behind_is_left_out(bench: Bench, tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "demo", "demo", "1.0")
    first = bench.builder.wheel(request_for(tree))
    for noise in (
        "build/.assembly/x",
        ".venv/pyvenv.cfg",
        "demo/__pycache__/x.pyc",
        "env/pyvenv.cfg",
    ):
        (tree / noise).parent.mkdir(parents=True, exist_ok=True)
        (tree / noise).write_text("noise")
    assert bench.builder.wheel(request_for(tree)) == first


def test_an_editable_tree_is_built_in_place(bench: Bench, tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "demo", "demo", "1.0")
    first = bench.builder.wheel(request_for(tree, editable=True))
    with zipfile.ZipFile(first) as archive:
        paths = [name for name in archive.namelist() if name.endswith(".pth")]
        assert archive.read(paths[0]).decode().strip() == str(tree)
    (tree / "demo" / "__init__.py").write_text("changed = True\n")
    assert bench.builder.wheel(request_for(tree, editable=True)) == first
    assert bench.builder.wheel(request_for(tree)) != first


def test_an_sdist_becomes_a_wheel(bench: Bench, tmp_path: Path) -> None:
    filename, content = make_sdist("demo", "1.0", files={"demo/__init__.py": "", "demo/x.py": ""})
    (tmp_path / filename).write_bytes(content)
    assert "demo/x.py" in names(bench.builder.wheel(request_for(tmp_path / filename)))


def test_the_environment_is_made_of_the_wheels_of_the_request(bench: Bench, tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "demo", "demo", "1.0", build_requires=["anything"])
    bench.builder.wheel(request_for(tree, wheel_of("more", "1.2")))
    assert bench.environments == [("more-1.2-py3-none-any.whl",)]


def test_other_wheels_to_build_with_build_again(bench: Bench, tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "demo", "demo", "1.0")
    first = bench.builder.wheel(request_for(tree, wheel_of("more", "1.2"), wheel_of("a", "1")))
    again = bench.builder.wheel(request_for(tree, wheel_of("a", "1"), wheel_of("more", "1.2")))
    assert again == first
    assert bench.builder.wheel(request_for(tree, wheel_of("more", "1.3"))) != first


@pytest.mark.parametrize("make", [make_tree, make_sdist])
def test_listed_requirements_need_no_process(
    bench: Bench, tmp_path: Path, make: Callable[..., object]
) -> None:
    source, listed = tmp_path / "demo", ["b>=2", "a ; python_version>'3'"]
    if make is make_tree:
        make_tree(source, "demo", "1.0", build_requires=listed)
    else:
        filename, content = make_sdist("demo", "1.0", build_requires=listed)
        source = tmp_path / filename
        source.write_bytes(content)
    expected = ('a; python_version > "3"', "b>=2")
    assert bench.builder.requirements("demo", str(source)) == expected
    assert bench.processes.commands == []


def test_further_requirements_are_asked_once(bench: Bench, tmp_path: Path) -> None:
    tree = requiring(tmp_path / "demo", "more>=1")
    assert bench.builder.further_requirements(request_for(tree)) == ("more>=1",)
    count = len(bench.processes.commands)
    assert bench.builder.further_requirements(request_for(tree)) == ("more>=1",)
    assert len(bench.processes.commands) == count


def test_further_requirements_of_both_kinds_are_asked_in_a_copy(
    bench: Bench, tmp_path: Path
) -> None:
    tree = requiring(tmp_path / "demo", "more>=1")
    asked = bench.builder.further_requirements(request_for(tree, editable=True))
    assert asked == ("edits", "more>=1")
    assert str(tree) not in {command.directory for command in bench.processes.commands}


def test_a_requirement_that_is_not_locked(bench: Bench, tmp_path: Path) -> None:
    tree = requiring(tmp_path / "demo", "more>=1", "less<3", "other ; python_version<'3'")
    with pytest.raises(LockError) as caught:
        bench.builder.wheel(request_for(tree, wheel_of("less", "3.0")))
    error = caught.value
    assert (error.message, error.details, error.hints) == snapshot(
        (
            "the build of `demo` also requires `less<3`, which is not locked for it",
            ("and `more>=1`",),
            ("run `assemble lock`, or `assemble build --lock`",),
        )
    )
    wheels = wheel_of("less", "2.0"), wheel_of("more", "1.0")
    assert bench.builder.wheel(request_for(tree, *wheels)).name == "demo-1.0-py3-none-any.whl"


def test_a_requirement_that_is_none(bench: Bench, tmp_path: Path) -> None:
    tree = requiring(tmp_path / "demo", "more >> 1")
    with pytest.raises(PartError) as caught:
        bench.builder.wheel(request_for(tree))
    assert caught.value.message == snapshot(
        "the back end of `demo` requires `more >> 1`, which is no requirement"
    )


def test_hooks_get_no_credentials(bench: Bench, tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "demo", "demo", "1.0")
    bench.builder.wheel(request_for(tree))
    assert all("SECRET" not in command.environment for command in bench.processes.commands)
    assert all(
        str(bench.cache) in command.environment["HOME"] for command in bench.processes.commands
    )


def test_static_metadata_needs_no_process(bench: Bench, tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "demo", "demo", "1.0", requires=["a>=1"], requires_python=">=3.9")
    expected = CoreMetadata(
        name="demo", version="1.0", requires_dist=("a>=1",), requires_python=">=3.9"
    )
    asked: list[Sequence[str]] = []

    def wheels_for(requirements: Sequence[str]) -> tuple[DistributionFile, ...]:
        asked.append(requirements)
        return ()

    assert bench.builder.metadata(request_for(tree), wheels_for) == expected
    assert bench.processes.commands == []
    assert asked == []


def test_metadata_is_asked_with_what_is_listed_and_what_the_back_end_adds(
    bench: Bench, tmp_path: Path
) -> None:
    tree = requiring(tmp_path / "demo", "more>=1", "listed")
    make_tree(tmp_path / "other", "demo", "1.0", build_requires=["listed"], dynamic=["version"])
    (tree / "pyproject.toml").write_bytes((tmp_path / "other" / "pyproject.toml").read_bytes())
    asked: list[Sequence[str]] = []

    def wheels_for(requirements: Sequence[str]) -> tuple[DistributionFile, ...]:
        asked.append(tuple(requirements))
        return tuple(wheel_of(name.partition(">")[0], "1") for name in requirements)

    bench.builder.metadata(request_for(tree), wheels_for)
    assert asked == [("listed",), ("listed", "more>=1")]
    assert bench.environments[-1] == ("listed-1-py3-none-any.whl", "more-1-py3-none-any.whl")


def test_an_sdist_is_unpacked_once_for_all_that_is_asked(bench: Bench, tmp_path: Path) -> None:
    filename, content = make_sdist("demo", "1.0", requires=["a>=1"], dynamic=["dependencies"])
    (tmp_path / filename).write_bytes(content)
    request = request_for(tmp_path / filename)
    bench.builder.metadata(request, nothing_needed)
    assert bench.unpacker.count == 1
    bench.builder.requirements("demo", request.source)
    bench.builder.further_requirements(request)
    bench.builder.metadata(request, nothing_needed)
    assert bench.unpacker.count == 1


@pytest.mark.parametrize("folder", ["pyproject", "requires", "metadata"])
def test_an_answer_that_is_damaged_in_the_cache_is_asked_again(
    bench: Bench, tmp_path: Path, folder: str
) -> None:
    filename, content = make_sdist("demo", "1.0", requires=["a>=1"], dynamic=["dependencies"])
    (tmp_path / filename).write_bytes(content)
    request = request_for(tmp_path / filename)
    first = bench.builder.metadata(request, nothing_needed)
    (kept,) = (bench.cache / "built" / folder).iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(b"{")
    assert bench.builder.metadata(request, nothing_needed) == first
    assert kept.read_bytes() == whole


@pytest.mark.parametrize("make", [make_tree, make_sdist])
def test_dynamic_metadata_comes_from_the_back_end(
    bench: Bench, tmp_path: Path, make: Callable[..., object]
) -> None:
    source = tmp_path / "demo"
    if make is make_tree:
        make_tree(source, "demo", "1.0", requires=["a>=1"], dynamic=["dependencies"])
    else:
        filename, content = make_sdist("demo", "1.0", requires=["a>=1"], dynamic=["dependencies"])
        source = tmp_path / filename
        source.write_bytes(content)
    expected = CoreMetadata(name="demo", version="1.0", requires_dist=("a>=1",))
    assert bench.builder.metadata(request_for(source), nothing_needed) == expected
    count = len(bench.processes.commands)
    assert count > 0
    assert bench.builder.metadata(request_for(source), nothing_needed) == expected
    assert len(bench.processes.commands) == count


def test_a_failing_hook_says_what_it_said(bench: Bench, tmp_path: Path) -> None:
    tree = failing(tmp_path / "demo", "raise SystemExit('no compiler here')")
    with pytest.raises(PartError) as caught:
        bench.builder.wheel(request_for(tree))
    assert caught.value.message == snapshot("building `demo` failed")
    assert caught.value.details[-1] == snapshot("no compiler here")
    bench.builder.close()
    assert not [path for path in (bench.cache / "built").iterdir() if path.name[0] == "."]


def test_a_hook_that_never_ends(tmp_path: Path) -> None:
    tree = failing(tmp_path / "demo", "os.read(os.pipe()[0], 1)")
    bench = Bench(tmp_path, {"PATH": "/usr/bin:/bin"}, Limits(build_time=2.0))
    with pytest.raises(PartError) as caught:
        bench.builder.wheel(request_for(tree))
    assert caught.value.message == snapshot("building `demo` took too long")


def test_a_hook_that_builds_nothing(bench: Bench, tmp_path: Path) -> None:
    tree = failing(tmp_path / "demo", "return '../../demo-1.0-py3-none-any.whl'")
    with pytest.raises(PartError) as caught:
        bench.builder.wheel(request_for(tree))
    assert caught.value.message == snapshot("the back end of `demo` built no wheel")


def test_a_back_end_that_is_not_there(bench: Bench, tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "demo", "demo", "1.0")
    project = tree / "pyproject.toml"
    project.write_text(project.read_text().replace('"source_backend"', '"nowhere"'))
    with pytest.raises(PartError) as caught:
        bench.builder.wheel(request_for(tree))
    assert caught.value.message == snapshot(
        "the build back end of `demo` can't be imported: `nowhere`"
    )
    assert caught.value.hints == snapshot(
        ("list what it needs in `build-system.requires` of its `pyproject.toml`",)
    )


def test_a_back_end_that_can_not_edit(bench: Bench, tmp_path: Path) -> None:
    tree = failing(tmp_path / "demo", "pass")
    with pytest.raises(PartError) as caught:
        bench.builder.wheel(request_for(tree, editable=True))
    assert (caught.value.message, caught.value.hints) == snapshot(
        (
            "the build back end of `demo` can't make it editable",
            ("drop `editable = true` from its source",),
        )
    )


def test_a_folder_that_is_no_source(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(PartError) as caught:
        bench.builder.wheel(request_for(tmp_path / "empty"))
    assert caught.value.message.startswith("`demo` can't be built: ")


def test_a_pyproject_that_is_not_valid(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 3\nversion = '1'\n")
    with pytest.raises(PartError) as caught:
        bench.builder.metadata(request_for(tmp_path), nothing_needed)
    assert caught.value.message == snapshot(
        "`pyproject.toml` of `demo` is not valid: Expected `str`, got `int` - at `$.project.name`"
    )


@pytest.mark.parametrize("path", ["/etc", "..", "_backend/../.."])
def test_a_back_end_outside_of_its_sources(bench: Bench, tmp_path: Path, path: str) -> None:
    tree = make_tree(tmp_path / "demo", "demo", "1.0")
    pyproject = tree / "pyproject.toml"
    text = pyproject.read_text()
    assert '["_backend"]' in text
    pyproject.write_text(text.replace('["_backend"]', f'["{path}"]'))
    with pytest.raises(PartError) as caught:
        bench.builder.wheel(request_for(tree))
    assert (
        caught.value.message == "`demo` can't be built: its `backend-path` leads out of its sources"
    )
    assert not bench.processes.commands


def test_a_pyproject_that_is_not_text(bench: Bench, tmp_path: Path) -> None:
    tree = make_tree(tmp_path / "demo", "demo", "1.0")
    (tree / "pyproject.toml").write_bytes(b"# \xff\n")
    with pytest.raises(PartError) as caught:
        bench.builder.wheel(request_for(tree))
    assert caught.value.message == "`demo` can't be built: its `pyproject.toml` is not UTF-8"


REQUIRES = "def get_requires_for_build_wheel(config_settings=None):\n    {}\n"
BUILDS = "def build_wheel(folder, config_settings=None, metadata_directory=None):\n    {}\n"
LINKED = "import os; os.symlink('/etc/passwd', folder + '/a.whl'); return 'a.whl'"
TWO_LINES = "name = 'a' + chr(10) + '.whl'; open(folder + '/' + name, 'w'); return name"
PREPARES = "def prepare_metadata_for_build_wheel(folder, config_settings=None):\n    {}\n"
NO_WHEEL = "the back end of `demo` built no wheel"
NONSENSE = "the back end of `demo` gave an answer that can't be used"


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (REQUIRES.format("return [3]"), NONSENSE),
        (REQUIRES.format("return 3"), "building `demo` failed: 'int' object is not iterable"),
        (BUILDS.format("return 3"), NONSENSE),
        (BUILDS.format("return None"), NONSENSE),
        (BUILDS.format("return '/etc/passwd'"), NO_WHEEL),
        (BUILDS.format("return '../x.whl'"), NO_WHEEL),
        (BUILDS.format("return 'a' * 5000 + '.whl'"), NO_WHEEL),
        (BUILDS.format("return 'a' + chr(0) + '.whl'"), NO_WHEEL),
        (BUILDS.format(LINKED), NO_WHEEL),
        (BUILDS.format(TWO_LINES), NO_WHEEL),
    ],
)
def test_what_a_back_end_answers_is_not_trusted(
    bench: Bench, tmp_path: Path, answers: str, message: str
) -> None:
    tree = make_tree(tmp_path / "demo", "demo", "1.0")
    (tree / "_backend" / "source_backend.py").write_text(answers)
    with pytest.raises(PartError) as caught:
        bench.builder.wheel(request_for(tree))
    assert caught.value.message == message
    bench.builder.close()
    assert not list((bench.cache / "built").rglob("*.whl"))


@pytest.mark.parametrize("answer", ["3", "'..'", "'x'"])
def test_metadata_that_a_back_end_does_not_have(bench: Bench, tmp_path: Path, answer: str) -> None:
    tree = make_tree(tmp_path / "demo", "demo", "1.0", dynamic=["version"])
    (tree / "_backend" / "source_backend.py").write_text(
        PREPARES.format(f"return {answer}")
        + BUILDS.format("open(folder + '/demo.whl', 'w').write('x'); return 'demo.whl'")
    )
    with pytest.raises(PartError) as caught:
        bench.builder.metadata(request_for(tree), nothing_needed)
    assert caught.value.message in {NONSENSE, "`demo.whl` was built without metadata"}
