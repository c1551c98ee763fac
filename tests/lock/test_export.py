"""Programs of locks as requirements files and single-use lock files."""

import re
import tomllib
from pathlib import PurePosixPath

import msgspec
import pytest
from inline_snapshot import snapshot
from packaging.pylock import Pylock

from assembler.lock.export import Export, export_path
from assembler.model.platforms import target_named
from assembler.model.target import PythonRange
from tests.lock.samples import (
    INDEX,
    LINUX,
    MAC,
    PYTHON,
    WINDOWS,
    inputs,
    lock,
    pin,
    sdist,
    small_lock,
    tree,
)

HERE = PurePosixPath("/project")
BESIDE = export_path(HERE, HERE)
OTHER = "https://other.example/simple/"


def export(program: str, target: str = LINUX) -> Export:
    return Export(small_lock(), program, target_named(target), OTHER)


def test_requirements_have_hashes_and_name_the_index():
    assert export("web", WINDOWS).requirements(BESIDE).text == snapshot("""\
# `web` for `windows-x86_64` with Python 3.12
# Written by `assemble export`.
#     pip install --require-hashes --no-deps -r FILE
--index-url https://index.example/simple/
click==8.1.7 \\
    --hash=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
colorama==0.4.6 \\
    --hash=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
flask==3.0.0 \\
    --hash=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
""")


def test_what_has_no_hash_is_left_out_of_requirements():
    exported = export("jobs").requirements(BESIDE)
    assert exported.text == snapshot("""\
# `jobs` for `linux-x86_64` with Python 3.12
# Written by `assemble export`.
#     pip install --require-hashes --no-deps -r FILE
# lib has no hash: pip install --no-deps ./libs/lib
--index-url https://index.example/simple/
click==8.1.7 \\
    --hash=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
flask==2.3.3 \\
    --hash=sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
""")
    assert exported.unhashed == {"lib": "pip install --no-deps ./libs/lib"}


def test_a_single_use_lock_file():
    text = export("jobs").pylock(export_path(HERE / "out", HERE)).text
    assert text == snapshot("""\
# `jobs` for `linux-x86_64` with Python 3.12
# Written by `assemble export`.

lock-version = "1.0"
environments = [
    "sys_platform == 'linux' and platform_machine == 'x86_64'",
]
requires-python = ">=3.12,<3.13"
created-by = "assembler"

[[packages]]
name = "click"
version = "8.1.7"
index = "https://index.example/simple/"
wheels = [
    { name = "click-8.1.7-py3-none-any.whl", url = "https://files.example/click-8.1.7-py3-none-any.whl", upload-time = 2026-01-02T03:04:05Z, size = 1000, hashes = { sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" } },
]

[[packages]]
name = "flask"
version = "2.3.3"
index = "https://index.example/simple/"
dependencies = [
    { name = "click" },
    { name = "lib" },
]
wheels = [
    { name = "flask-2.3.3-py3-none-any.whl", url = "https://files.example/flask-2.3.3-py3-none-any.whl", upload-time = 2026-01-02T03:04:05Z, size = 1000, hashes = { sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" } },
]

[[packages]]
name = "lib"
directory = { path = "../libs/lib", editable = false }
""")  # noqa: E501 - the lines of a lock
    Pylock.from_dict(tomllib.loads(text)).validate()


def test_pins_of_some_patches_have_markers():
    early, middle, late = (
        PythonRange(3, 12, 0, 2),
        PythonRange(3, 12, 2, 4),
        PythonRange(3, 12, 4),
    )
    cells = {
        ("web", LINUX, early): [pin("a", "1"), pin("b", "1")],
        ("web", LINUX, middle): [pin("a", "2"), pin("b", "1")],
        ("web", LINUX, late): [pin("a", "1"), pin("b", "1")],
    }
    exported = Export(lock(cells, {"web": inputs("a")}), "web", target_named(LINUX), INDEX)
    lines = exported.requirements(BESIDE).text.splitlines()
    assert [line for line in lines if "==" in line] == snapshot(
        [
            "a==1 ; python_full_version < '3.12.2' or python_full_version >= '3.12.4' \\",
            "a==2 ; python_full_version >= '3.12.2' and python_full_version < '3.12.4' \\",
            "b==1 \\",
        ]
    )
    packages = tomllib.loads(exported.pylock(BESIDE).text)["packages"]
    assert [package.get("marker") for package in packages] == snapshot(
        [
            "python_full_version < '3.12.2' or python_full_version >= '3.12.4'",
            "python_full_version >= '3.12.2' and python_full_version < '3.12.4'",
            None,
        ]
    )


def test_only_files_that_fit_the_target_are_exported():
    both = ("cp312-cp312-manylinux_2_17_x86_64", "cp312-cp312-macosx_11_0_arm64")
    built = msgspec.structs.replace(pin("b", "1", tags=both[1:]), sdist=sdist("b", "1"))
    pins = [pin("a", "1", tags=both), built]
    cells = {("web", target, PYTHON): pins for target in (LINUX, MAC)}
    value = lock(cells, {"web": inputs("a", "b")})

    def names(target: str) -> list[str]:
        text = Export(value, "web", target_named(target), INDEX).pylock(BESIDE).text
        return re.findall(r'name = "([^"]+(?:whl|gz))"', text)

    assert names(LINUX) == snapshot(["a-1-cp312-cp312-manylinux_2_17_x86_64.whl", "b-1.tar.gz"])
    assert names(MAC) == snapshot(
        ["a-1-cp312-cp312-macosx_11_0_arm64.whl", "b-1-cp312-cp312-macosx_11_0_arm64.whl"]
    )


def test_a_program_without_distributions():
    value = lock({("web", LINUX, PYTHON): []})
    exported = Export(value, "web", target_named(LINUX), INDEX)
    Pylock.from_dict(tomllib.loads(exported.pylock(BESIDE).text)).validate()
    assert "==" not in exported.requirements(BESIDE).text


@pytest.mark.parametrize(
    ("folder", "path", "written"),
    [
        ("/project", "libs/lib", "libs/lib"),
        ("/project", ".", "."),
        ("/project/out", "libs/lib", "../libs/lib"),
        ("/elsewhere/x", ".", "../../project"),
        ("/project/libs", "libs", "."),
    ],
)
def test_paths_are_written_as_seen_from_the_export(folder: str, path: str, written: str):
    assert export_path(PurePosixPath(folder), HERE)(path) == written


def test_an_editable_folder_stays_one():
    value = lock(
        {("web", LINUX, PYTHON): [tree("own", "1", ".", editable=True)]},
        {"web": inputs("own", own=".")},
    )
    exported = Export(value, "web", target_named(LINUX), INDEX)
    assert exported.requirements(BESIDE).unhashed == {"own": "pip install --no-deps -e ./."}
    (package,) = tomllib.loads(exported.pylock(BESIDE).text)["packages"]
    assert package == {"name": "own", "directory": {"path": ".", "editable": True}}
