"""The options of a launcher that runs a program's tests."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from assembler.api import Text, part_name


class ProgramTestsOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """A program to test, and what runs its tests."""

    program: Annotated[
        str,
        part_name(
            "The part whose program is tested: what it requires is required here as well, in the "
            "same versions, and for its Python and its targets."
        ),
    ]
    runner: Annotated[
        Literal["pytest", "unittest", "zope.testrunner"],
        msgspec.Meta(description="What runs the tests."),
    ] = "pytest"
    requires: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            description="What the tests need besides the program and the runner (PEP 508); "
            '`"pytest<9"` says which versions of the runner serve.'
        ),
    ] = ()
    groups: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            description="Dependency groups (PEP 735) of source trees in `sources`, each as "
            "`PROJECT:GROUP`, that the tests need."
        ),
    ] = ()
    paths: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            description="The files and folders in `directory` that are run where the command line "
            "names none; `unittest` discovers in one folder, and `zope.testrunner` finds all tests "
            "on these paths."
        ),
    ] = ()
    args: Annotated[
        Text | tuple[Text, ...],
        msgspec.Meta(
            description="Arguments before those of the command line: an array, or a string "
            "that is split into words as `sh` would."
        ),
    ] = ()
    directory: Annotated[
        Text,
        msgspec.Meta(
            description="The folder that the tests run in; a relative one starts at the checkout."
        ),
    ] = Text()
    env: Annotated[
        Mapping[str, Text], msgspec.Meta(description="Environment variables for the tests.")
    ] = {}
    junit: Annotated[
        str | None,
        msgspec.Meta(
            description="Where a JUnit report is written at each run, below the prefix, in `var`: "
            "a file, or for `zope.testrunner` a folder."
        ),
    ] = None
    launcher: Annotated[
        str | None,
        msgspec.Meta(description="The launcher's name; otherwise the part's."),
    ] = None
