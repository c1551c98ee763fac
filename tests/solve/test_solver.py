import msgspec
import pytest

from assembler.errors import NetworkError, UnsatisfiableError
from assembler.model.distribution import CoreMetadata, DistributionFile
from assembler.model.resolution import Cell, Pin, ProgramRequest, Resolution
from assembler.model.target import PythonRange
from assembler.solve.question import Policy
from assembler.solve.solver import solve
from tests.fakes.index import URL, Description, MemoryIndex
from tests.solve.asking import only, question, roots, versions

INDEX: Description = {
    "app": {"2": ["lib", "dep>=1; extra == 'x'"], "1": ["lib<2"]},
    "lib": {"3": ["dep"], "2": [], "1": []},
    "dep": {"1": []},
}


def test_pages_of_all_roots_are_asked_for_at_once():
    index = MemoryIndex(INDEX)
    solve(question("app", "lib", "dep"), index)

    assert index.anticipated[:3] == [(URL, "app"), (URL, "dep"), (URL, "lib")]


def test_the_pages_and_metadata_that_come_next_are_announced_once_each():
    index = MemoryIndex(INDEX)
    solve(question("app"), index)

    assert index.anticipated == [(URL, "app"), (URL, "lib"), (URL, "dep")]
    assert index.anticipated_files == [
        "app-2-py3-none-any.whl",
        "lib-3-py3-none-any.whl",
        "dep-1-py3-none-any.whl",
    ]


def test_the_metadata_of_older_versions_is_announced_in_batches():
    app = {str(version): [f"lib=={version}"] for version in range(1, 40)}
    index = MemoryIndex({"app": app, "lib": {str(version): [] for version in range(1, 40)}})
    solve(question("app", "lib<20"), index)

    assert set(index.anticipated_files) >= {f"app-{at}-py3-none-any.whl" for at in range(19, 40)}
    assert len(index.anticipated_files) == len(set(index.anticipated_files))


def test_work_is_shared_between_programs_and_targets():
    index = MemoryIndex(INDEX)
    asked = question("app", targets=("linux-x86_64", "macos-arm64", "windows-x86_64"))
    first = asked.programs[0]
    programs = tuple(msgspec.structs.replace(first, name=f"p{at}") for at in range(5))
    solve(msgspec.structs.replace(asked, programs=programs), index)

    assert len(index.asked) == len(set(index.asked))
    assert len(index.read) == len(set(index.read))


def test_programs_do_not_influence_each_other():
    asked = question("app")
    alone = solve(asked, MemoryIndex(INDEX))
    other = ProgramRequest(name="other", roots=roots(["app", "lib<2"]), python="3.11")
    together = solve(
        msgspec.structs.replace(asked, programs=(other, *asked.programs)), MemoryIndex(INDEX)
    )

    assert {cell: pins for cell, pins in together.pins.items() if cell.program == "web"} == dict(
        alone.pins
    )


def test_what_is_being_solved_is_reported():
    said: list[tuple[str, int]] = []
    solve(
        question("app", targets=("linux-x86_64", "linux-musl-x86_64", "macos-arm64")),
        MemoryIndex(INDEX),
        report=lambda item, done: said.append((item, done)),
    )

    assert said == [
        ("web for linux-musl-x86_64 and linux-x86_64", 0),
        ("web for linux-musl-x86_64 and linux-x86_64", 1),
        ("web for macos-arm64", 0),
        ("web for macos-arm64", 1),
    ]


def test_a_pin_says_everything_that_the_lock_needs():
    index = MemoryIndex(
        {
            "app": {"1": {"requires": ["app[x]", "lib", "dep; extra == 'x'"]}},
            "lib": {"1": {"requires-python": ">=3.9"}},
            "dep": {"1": ["lib"]},
        }
    )
    app, dep, lib = only(solve(question("app"), index))

    assert app.dependencies == ("dep", "lib")
    assert dep.dependencies == ("lib",)
    assert (lib.requires_python, lib.index, lib.dependencies) == (">=3.9", URL, ())
    assert [wheel.url for wheel in lib.wheels] == [f"{URL}files/lib-1-py3-none-any.whl"]


def test_a_version_is_written_in_its_normal_form():
    index = MemoryIndex({"lib": {"1.0-beta1": []}})

    assert versions(only(solve(question("lib"), index))) == {"lib": "1.0b1"}


def test_spellings_of_one_version_are_one_candidate():
    index = MemoryIndex(
        {"lib": {"1.0": {"wheels": ["py3-none-any"]}, "1.0.0": {"wheels": ["cp312-none-any"]}}}
    )
    (pin,) = only(solve(question("lib"), index))

    assert [wheel.filename for wheel in pin.wheels] == [
        "lib-1.0.0-cp312-none-any.whl",
        "lib-1.0-py3-none-any.whl",
    ]


def test_a_new_target_prefers_what_the_program_has_elsewhere():
    earlier = solve(question("lib<3"), MemoryIndex(INDEX))
    index = MemoryIndex(INDEX)
    later = solve(
        question("lib", targets=("linux-x86_64", "windows-x86_64")), index, prefer=earlier
    )

    assert [versions(pins) for pins in later.pins.values()] == [{"lib": "2"}, {"lib": "2"}]


def test_the_words_of_the_lock_stay_where_an_index_has_moved_on():
    earlier = solve(question("lib"), MemoryIndex({"lib": {"1": []}}))
    later = solve(question("lib"), MemoryIndex({"lib": {"1": [], "2": []}}), prefer=earlier)

    assert later == earlier
    assert only(later)[0].because == "newest"


def test_a_split_that_the_lock_has_is_kept():
    index: Description = {
        "lib": {"2": {"requires-python": ">=3.12.3"}, "1": {}},
    }
    earlier = solve(question("lib"), MemoryIndex(index))

    assert {cell.python: versions(pins) for cell, pins in earlier.pins.items()} == {
        PythonRange(3, 12, 0, 3): {"lib": "1"},
        PythonRange(3, 12, 3, None): {"lib": "2"},
    }
    assert solve(question("lib"), MemoryIndex(index), prefer=earlier) == earlier


def test_pins_of_another_program_are_no_preference():
    other = Resolution(
        {Cell("other", "linux-x86_64", PythonRange(3, 12)): (Pin(name="lib", version="1"),)}
    )
    resolution = solve(question("lib"), MemoryIndex(INDEX), prefer=other)

    assert versions(only(resolution))["lib"] == "3"


def test_what_is_missing_far_down_is_found_soon():
    depth, width = 8, 12
    described = {
        f"d{level}": {str(version): [f"d{level + 1}"] for version in range(width)}
        for level in range(depth)
    }
    described[f"d{depth}"] = {str(version): ["ghost"] for version in range(width)}
    index = MemoryIndex(described)

    with pytest.raises(UnsatisfiableError) as caught:
        solve(question("d0"), index)

    assert "there is no distribution `ghost`" in caught.value.message
    assert len(index.read) == (depth + 1) * width


class Unreachable(MemoryIndex):
    def metadata(self, file: DistributionFile) -> CoreMetadata:
        raise NetworkError(f"`{file.url}` can't be reached")


def test_an_index_that_fails_stops_the_solve():
    with pytest.raises(NetworkError):
        solve(question("app"), Unreachable(INDEX))


SDISTS_TOO = Policy(python="3.12", sdists=("any",))
SDISTS: Description = {
    "slow": {"2": {"wheels": [], "sdist": True, "requires": ["dep"]}},
    "late": {"1": {"wheels": [], "sdist": True}},
    "quick": {"1": ["other"]},
    "other": {"1": ["late"]},
    "dep": {"1": []},
}


def test_sdists_are_announced_at_once_and_asked_about_last():
    index = MemoryIndex(SDISTS)
    solve(question("slow<3", "quick", policy=SDISTS_TOO), index)

    assert index.anticipated_files[:2] == ["quick-1-py3-none-any.whl", "slow-2.tar.gz"]
    assert index.read == [
        "quick-1-py3-none-any.whl",
        "other-1-py3-none-any.whl",
        "slow-2.tar.gz",
        "dep-1-py3-none-any.whl",
        "late-1.tar.gz",
    ]


def test_a_large_sdist_is_announced_only_once_it_is_certain_to_be_asked_about():
    index = MemoryIndex({**SDISTS, "slow": {"2": {"wheels": [], "sdist": True, "size": 1 << 30}}})
    solve(question("slow", "quick", policy=SDISTS_TOO), index)

    assert index.anticipated_files == [
        "quick-1-py3-none-any.whl",
        "other-1-py3-none-any.whl",
        "late-1.tar.gz",
        "slow-2.tar.gz",
    ]


def test_older_sdists_are_not_announced_in_batches():
    dep: dict[str, list[str]] = {str(version): [] for version in range(1, 40)}
    slow = {
        str(version): {"wheels": [], "sdist": True, "requires": [f"dep=={version}"]}
        for version in range(1, 40)
    }
    index = MemoryIndex({"slow": slow, "dep": dep})
    solve(question("slow", "dep<20", policy=SDISTS_TOO), index)

    asked = {name for name in index.read if name.startswith("slow")}
    assert {name for name in index.anticipated_files if name.startswith("slow")} == asked


PIECES: Description = {
    "app": {"1": ["lib", "dep"]},
    "dep": {str(version): [] for version in range(1, 30)},
    "lib": {"2": {"requires-python": ">=3.12.4"}, "1": []},
}


def test_an_answer_for_other_patches_is_improved_rather_than_sought_again():
    found = solve(question("app"), MemoryIndex(PIECES))

    assert {cell.python: versions(pins)["lib"] for cell, pins in found.pins.items()} == {
        PythonRange(3, 12, 0, 4): "1",
        PythonRange(3, 12, 4, None): "2",
    }


def test_versions_that_can_only_be_newer_together_are_newer_for_other_patches():
    late = {"requires-python": ">=3.12.4"}
    index = MemoryIndex(
        {
            "one": {"2": {"requires": ["two==2"], **late}, "1": ["two==1"]},
            "two": {"2": {"requires": ["one==2"], **late}, "1": ["one==1"]},
            "lib": {"2": late, "1": []},
        }
    )
    found = solve(question("one", "two", "lib"), index)

    assert {cell.python: versions(pins) for cell, pins in found.pins.items()} == {
        PythonRange(3, 12, 0, 4): {"one": "1", "two": "1", "lib": "1"},
        PythonRange(3, 12, 4, None): {"one": "2", "two": "2", "lib": "2"},
    }
