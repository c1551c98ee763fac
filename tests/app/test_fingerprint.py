"""What makes a build look whether anything is due."""

from pathlib import PurePosixPath

import pytest

from assembler.app.fingerprint import unchanged, with_files
from assembler.model.manifest import Fingerprint
from tests.fakes.files import MemoryFiles

FOLDER = PurePosixPath("/project")
ASSEMBLY, DATA = FOLDER / "assembly.toml", FOLDER / "data.toml"
SAID = '[vars]\nport = 1\nhosts = ["a", "b"]\n\n[parts.web]\nrecipe = "program"\n'
LATER = 10**19


def taken(files: MemoryFiles, started: int = LATER) -> Fingerprint:
    plain = Fingerprint(request="build")
    return with_files(plain, [ASSEMBLY, DATA], {ASSEMBLY}, files, started=started)


def is_unchanged(fingerprint: Fingerprint, files: MemoryFiles) -> bool:
    return unchanged(fingerprint, "build", folder=FOLDER, environment={}, files=files)


def project(said: str = SAID) -> MemoryFiles:
    files = MemoryFiles()
    for path in (ASSEMBLY, DATA):
        files.replace(path, said.encode())
    return files


@pytest.mark.parametrize(
    "edited",
    [
        f"# why\n{SAID}",
        SAID.replace("port = 1", "port    =    1  # the port"),
        SAID.replace('["a", "b"]', '[\n    "a",\n    "b",\n]'),
        SAID.replace("\n", "\r\n"),
        SAID.replace('"a"', "'a'"),
    ],
)
def test_comments_and_layout_of_configuration_do_not_count(edited: str):
    files = project()
    fingerprint = taken(files)
    files.replace(ASSEMBLY, edited.encode())
    assert is_unchanged(fingerprint, files)
    files.replace(DATA, edited.encode())
    assert not is_unchanged(fingerprint, files)


@pytest.mark.parametrize(
    "edited",
    [
        SAID.replace("port = 1", "port = 2"),
        SAID.replace("port = 1", "port = 1.0"),
        SAID.replace("port = 1", "port = true"),
        SAID.replace("port = 1", 'port = "1"'),
        SAID.replace('["a", "b"]', '["b", "a"]'),
        SAID.replace('port = 1\nhosts = ["a", "b"]', 'hosts = ["a", "b"]\nport = 1'),
        SAID.replace("[vars]", "[vars"),
        "\udcff",
        "a = " + "[" * 5000 + "]" * 5000,
        "",
    ],
)
def test_values_of_configuration_and_their_order_count(edited: str):
    files = project()
    fingerprint = taken(files)
    files.replace(ASSEMBLY, edited.encode("utf-8", "surrogateescape"))
    assert not is_unchanged(fingerprint, files)


def test_what_is_no_toml_counts_byte_by_byte():
    files = project("no TOML")
    fingerprint = taken(files)
    assert is_unchanged(fingerprint, files)
    files.replace(ASSEMBLY, b"no TOML # either")
    assert not is_unchanged(fingerprint, files)


def test_what_came_or_went_counts():
    files = project()
    fingerprint = taken(files)
    files.remove(ASSEMBLY)
    assert not is_unchanged(fingerprint, files)
    without = taken(files)
    assert is_unchanged(without, files)
    files.replace(ASSEMBLY, SAID.encode())
    assert not is_unchanged(without, files)


def test_what_was_changed_while_it_was_built_never_matches():
    files = project()
    fingerprint = taken(files, started=0)
    assert not is_unchanged(fingerprint, files)
