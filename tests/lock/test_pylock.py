from pathlib import Path

import tomli
from inline_snapshot import snapshot
from packaging.pylock import Pylock

from assembler.lock.entries import canonical
from assembler.lock.pylock import dumps, loads
from assembler.model.distribution import DistributionFile
from assembler.model.lock import Lock
from assembler.model.resolution import Pin
from tests.lock.samples import LINUX, MAC, PYTHON, lock, pin, sdist, small_lock, wheel

HERE = Path(__file__).parent


def parsed(value: Lock) -> dict[str, object]:
    return tomli.loads(dumps(value))


def test_the_text_of_a_lock():
    assert dumps(small_lock()) == (HERE / "small.pylock.toml").read_text(encoding="utf-8")


def test_a_lock_reads_as_it_was_written():
    assert loads(dumps(small_lock()), "pylock.toml") == canonical(small_lock())


def test_other_tools_find_it_valid():
    pylock = Pylock.from_dict(parsed(small_lock()))

    assert pylock.dependency_groups == ["jobs", "web"]
    assert pylock.default_groups == []


def test_a_lone_program_is_the_default_group():
    alone = lock({("web", LINUX, PYTHON): [pin("flask", "3.0.0")]})

    assert parsed(alone)["default-groups"] == ["web"]
    assert dumps(alone, "pylock.production.toml").splitlines()[:4] == snapshot(
        [
            "# Written by `assemble lock`; to change it, change the assembly file and lock again.",
            "# Each program is a dependency group, which other tools install as well:",
            "#     uv pip sync --preview --group web pylock.production.toml",
            "#     pip install --no-deps --group pylock.production.toml:web",
        ]
    )


def test_a_program_without_distributions_stays():
    empty = lock({("web", LINUX, PYTHON): []})

    assert parsed(empty)["packages"] == []
    assert loads(dumps(empty), "pylock.toml") == empty


def test_pins_of_cells_share_their_files():
    linux, mac = "cp312-cp312-manylinux_2_17_x86_64", "cp312-cp312-macosx_11_0_arm64"
    shared = lock(
        {
            ("web", LINUX, PYTHON): [pin("numpy", "2.0", tags=[linux])],
            ("web", MAC, PYTHON): [pin("numpy", "2.0", tags=[mac])],
        }
    )

    (package,) = Pylock.from_dict(parsed(shared)).packages
    assert [one.filename for one in package.wheels or ()] == [
        f"numpy-2.0-{mac}.whl",
        f"numpy-2.0-{linux}.whl",
    ]


def test_credentials_and_what_only_the_solver_needs_are_left_out():
    secret = DistributionFile(
        filename="a-1.0-py3-none-any.whl",
        url="https://user:secret@files.example/a-1.0-py3-none-any.whl",
        sha256="a" * 64,
        requires_python=">=3.8",
        metadata="",
    )
    private = Pin(
        name="a",
        version="1.0",
        index="https://user:secret@index.example/simple/",
        wheels=(secret,),
        requires_python=">=3.8",
    )
    text = dumps(lock({("web", LINUX, PYTHON): [private]}))

    assert "secret" not in text
    assert "requires-python" not in text


def test_a_higher_build_number_comes_first():
    builds = ["1-py3-none-any", "py3-none-any", "10-py3-none-any"]
    built = lock({("web", LINUX, PYTHON): [pin("a", "1.0", tags=builds)]})

    (package,) = Pylock.from_dict(parsed(built)).packages
    assert [one.filename for one in package.wheels or ()] == [
        "a-1.0-10-py3-none-any.whl",
        "a-1.0-1-py3-none-any.whl",
        "a-1.0-py3-none-any.whl",
    ]


def test_a_dependency_says_which_of_several_entries_it_means():
    cells = {
        ("web", LINUX, PYTHON): [pin("a", "1.0", ["b"]), pin("b", "1.0")],
        ("jobs", LINUX, PYTHON): [pin("a", "1.0", ["b"]), pin("b", "2.0")],
        ("odd", LINUX, PYTHON): [pin("a", "1.0", []), pin("b", "2.0")],
    }
    value = lock(cells)

    first = Pylock.from_dict(parsed(value)).packages[0]
    assert first.dependencies == [
        {"name": "b", "version": "1.0"},
        {"name": "b", "version": "2.0"},
    ]
    assert loads(dumps(value), "pylock.toml") == canonical(value)


def test_a_dependency_names_the_index_where_versions_are_equal():
    elsewhere = Pin(
        name="b", version="1.0", index="https://other.example/", wheels=(wheel("b", "1.0"),)
    )
    value = lock(
        {
            ("web", LINUX, PYTHON): [pin("a", "1.0", ["b"]), pin("b", "1.0")],
            ("jobs", LINUX, PYTHON): [pin("a", "1.0", ["b"]), elsewhere],
        }
    )

    first = Pylock.from_dict(parsed(value)).packages[0]
    assert [one["index"] for one in first.dependencies or ()] == [
        "https://index.example/simple/",
        "https://other.example/",
    ]


def test_reasons_that_differ_are_kept_for_each_program_and_cell():
    value = lock(
        {
            ("web", LINUX, PYTHON): [pin("a", "1.0", because="newest")],
            ("jobs", LINUX, PYTHON): [pin("a", "1.0", because="`a<2`")],
            ("jobs", MAC, PYTHON): [pin("a", "1.0", because="newest for macOS")],
            ("web", MAC, PYTHON): [pin("a", "1.0", because="newest")],
        }
    )

    assert loads(dumps(value), "pylock.toml") == canonical(value)
    assert tomli.loads(dumps(value))["packages"][0]["tool"]["assembler"] == snapshot(
        {
            "because": {
                "jobs linux-x86_64 3.12.0": "`a<2`",
                "jobs macos-arm64 3.12.0": "newest for macOS",
                "web": "newest",
            }
        }
    )


def test_an_sdist_is_kept_beside_wheels():
    both = Pin(name="a", version="1.0", wheels=(wheel("a", "1.0"),), sdist=sdist("a", "1.0"))
    value = lock({("web", LINUX, PYTHON): [both]})

    assert loads(dumps(value), "pylock.toml") == value


def test_instants_are_written_in_utc():
    late = DistributionFile(
        filename="a-1.0-py3-none-any.whl",
        url="https://files.example/a",
        sha256="a" * 64,
        upload_time="2026-01-02T03:04:05.250000+02:00",
    )
    value = lock({("web", LINUX, PYTHON): [Pin(name="a", version="1.0", wheels=(late,))]})

    assert "upload-time = 2026-01-02T01:04:05.250000Z," in dumps(value)
