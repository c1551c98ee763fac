"""What commands do must not grow unseen: counted, so that no clock is asked.

The ceilings stand a little above what was counted; whoever makes a command do less lowers them.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.behaviours.world import World
from tests.benchmarks.counting import Counted
from tests.servers import serve

PROGRAMS, FILES = 4, 6
LOOKS = [("build",), ("lock", "--check")]
MORE = 10


def application(world: World, programs: int, files: int) -> None:
    """Programs that share a library, and templates; locked and built."""
    world.release("shared", "1.0")
    for number in range(programs):
        world.release(f"app{number}", "1.0", requires=["shared"])
    world.assembly(
        "".join(
            f'[parts.p{number}]\nrecipe = "program"\nrequires = ["app{number}"]\n'
            for number in range(programs)
        )
        + "".join(
            f'[parts.t{number}]\nrecipe = "template"\ntext = "{number}"\nto = "etc/{number}"\n'
            for number in range(files)
        )
    )
    world.build()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counted]:
    yield from counted(tmp_path_factory.mktemp("small"), PROGRAMS, FILES)


@pytest.fixture(scope="module")
def larger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counted]:
    yield from counted(tmp_path_factory.mktemp("larger"), PROGRAMS + MORE, FILES + MORE)


def counted(folder: Path, programs: int, files: int) -> Iterator[Counted]:
    with serve({}) as index:
        world = World(folder, index)
        application(world, programs, files)
        yield Counted(world)


@pytest.mark.parametrize("words", LOOKS)
def test_looking_at_what_is_current_imports_little(small: Counted, words: tuple[str, ...]):
    assert len(small.modules(*words)) <= 30


@pytest.mark.parametrize("words", LOOKS)
def test_looking_at_what_is_current_asks_the_system_little(
    small: Counted, larger: Counted, words: tuple[str, ...]
):
    calls, more = small.calls(*words), larger.calls(*words)
    assert calls.opened <= 32
    assert calls.every <= 450
    assert more.opened == calls.opened
    assert more.every - calls.every <= 16 * MORE


def test_looking_at_what_is_current_takes_few_instructions(small: Counted):
    assert small.instructions("build") <= 13_000_000


def test_a_lock_loads_nothing_that_only_others_need(small: Counted):
    needless = {
        "resolvelib",
        "platformdirs",
        "assembler.app.build_requirements",
        "assembler.app.own_trees",
        "assembler.config.mismatch",
        "assembler.config.sources",
        "assembler.config.synonyms",
        "assembler.solve.explain",
        "assembler.execute.steps",
        "assembler.adapters.archives.formats",
    }
    assert needless.isdisjoint(small.modules("lock", "--upgrade"))


def test_a_lock_that_nobody_edited_asks_nobody_and_loads_no_solver(small: Counted):
    needless = {
        "assembler.solve.solver",
        "assembler.adapters.simple_index",
        "assembler.lock.gates",
        "concurrent.futures",
        "packaging.pylock",
        "urllib3",
    }
    assert needless.isdisjoint(small.modules("lock"))
    assert small.requests("lock") == 0


@pytest.mark.parametrize(
    ("words", "most"), [(("status",), 255), (("lock",), 280), (("lock", "--upgrade"), 480)]
)
def test_other_commands_import_what_they_need(small: Counted, words: tuple[str, ...], most: int):
    assert len(small.modules(*words)) <= most


def test_a_new_prefix_takes_few_paths_for_each_part(small: Counted, larger: Counted):
    more = larger.paths_of_a_new_prefix() - small.paths_of_a_new_prefix()
    assert more <= 170 * MORE


def test_locking_asks_the_index_for_each_page_and_each_metadata_once(tmp_path: Path):
    with serve({}) as index:
        world = World(tmp_path, index)
        application(world, PROGRAMS, FILES)
        asked = [path for path, _ in index.requests]
        pages = [path for path in asked if path.startswith("/simple/")]
        metadata = [path for path in asked if path.endswith(".metadata")]
        wheels = [path for path in asked if path.endswith(".whl")]
        assert sorted(asked) == sorted({*pages, *metadata, *wheels})
        assert len(pages) == len(metadata) == len(wheels) == PROGRAMS + 1


def test_locking_again_asks_whether_pages_changed_and_nothing_else(small: Counted):
    assert small.requests("lock", "--upgrade") == PROGRAMS + 1
    assert small.requests("lock", "--check") == 0
    assert small.requests("build") == 0
