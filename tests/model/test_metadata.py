"""Core metadata, and what a `pyproject.toml` says of it."""

import pytest

from assembler.model.distribution import CoreMetadata
from assembler.model.metadata import is_static, parse_core_metadata, python_specifier
from assembler.model.pyproject import static_metadata

METADATA = """Metadata-Version: 2.1
Name: Demo
Version: 1.0
Requires-Python: >=3.6.*
Requires-Dist: a (>=1.0)
Requires-Dist: b
   ; extra == 'fast'
Provides-Extra: fast

Name: not a header
"""


def test_metadata_is_parsed() -> None:
    assert parse_core_metadata(METADATA.encode()) == CoreMetadata(
        name="Demo",
        version="1.0",
        requires_dist=("a (>=1.0)", "b ; extra == 'fast'"),
        requires_python=">=3.6",
        provides_extra=("fast",),
    )


@pytest.mark.parametrize("text", ["", "Name: x\n", "Version: 1\n"])
def test_metadata_that_is_not_valid(text: str) -> None:
    with pytest.raises(ValueError, match="it has no name or no version"):
        parse_core_metadata(text.encode())


def test_a_requirement_that_is_none_is_left_to_who_reads_it() -> None:
    parsed = parse_core_metadata(METADATA.replace("a (", "a )").encode())
    assert parsed.requires_dist == ("a )>=1.0)", "b ; extra == 'fast'")


@pytest.mark.parametrize(
    ("version", "dynamic", "static"),
    [
        ("2.2", (), True),
        ("2.4", ("License",), True),
        ("10.0", (), True),
        ("2.1", (), False),
        ("", (), False),
        ("2.2", ("requires-dist",), False),
        ("2.2", ("License", "Requires-Python"), False),
        ("2.2", ("Provides-Extra",), False),
    ],
)
def test_what_is_static(version: str, dynamic: tuple[str, ...], static: bool) -> None:
    lines = [f"Metadata-Version: {version}", *(f"Dynamic: {field}" for field in dynamic)]
    assert is_static("\n".join(lines).encode()) is static


@pytest.mark.parametrize(
    ("text", "specifier"),
    [
        (None, None),
        ("  ", None),
        (">=3.9,<4", ">=3.9,<4"),
        (">=2.7, !=3.0.*, <4.*", ">=2.7, !=3.0.*, <4"),
        ("nonsense", None),
    ],
)
def test_python_specifiers(text: str | None, specifier: str | None) -> None:
    assert python_specifier(text) == specifier


def test_a_static_project() -> None:
    text = """
    [project]
    name = "Demo"
    version = "1.0.0-rc1"
    requires-python = ">=3.9"
    dependencies = ["a>=1", "b; os_name == 'nt'"]
    dynamic = ["readme"]
    [project.optional-dependencies]
    Fast_Lane = ["c", "d; os_name == 'nt' or os_name == 'java'"]
    """
    assert static_metadata(text) == CoreMetadata(
        name="Demo",
        version="1.0.0rc1",
        requires_dist=(
            "a>=1",
            'b; os_name == "nt"',
            'c; extra == "fast-lane"',
            'd; (os_name == "nt" or os_name == "java") and extra == "fast-lane"',
        ),
        requires_python=">=3.9",
        provides_extra=("fast-lane",),
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[tool.x]\n",
        "[project]\nname = 'x'\n",
        *(
            f"[project]\nname = 'x'\nversion = '1'\ndynamic = ['{field}']\n"
            for field in ("dependencies", "optional-dependencies", "requires-python", "version")
        ),
    ],
)
def test_a_project_that_needs_a_build(text: str) -> None:
    assert static_metadata(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "[project",
        "[project]\nname = 1\n",
        "[project]\nname = 'x'\nversion = 'huh'\n",
        "[project]\nname = 'x'\nversion = '1'\ndependencies = ['a =']\n",
    ],
)
def test_a_project_that_is_not_valid(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever library finds it
        static_metadata(text)
