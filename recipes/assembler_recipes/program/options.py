"""The options of a program."""

from collections.abc import Mapping
from typing import Annotated, Literal

import msgspec

from assembler.api import Text


class LauncherOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """One launcher: exactly one of `script`, `entry-point`, `module` and `interpreter`."""

    script: Annotated[
        str | None,
        msgspec.Meta(description="A script that a distribution of the program offers."),
    ] = None
    entry_point: Annotated[
        str | None,
        msgspec.Meta(
            description="A function to call, `module:function`; what it returns is the exit status."
        ),
    ] = None
    module: Annotated[
        str | None, msgspec.Meta(description="A module to run as `python -m` does.")
    ] = None
    interpreter: Annotated[
        bool, msgspec.Meta(description="Run Python itself, with the program's distributions.")
    ] = False
    args: Annotated[
        Text | tuple[Text, ...],
        msgspec.Meta(
            description="Arguments before those of the command line: an array, or a string "
            "that is split into words as `sh` would."
        ),
    ] = ()
    env: Annotated[
        Mapping[str, Text],
        msgspec.Meta(description="Environment variables; they win over the program's `env`."),
    ] = {}
    init: Annotated[
        str, msgspec.Meta(description="Python code to run before the program's own.")
    ] = ""


class OverrideOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """What counts instead of what anyone asks of a distribution: `version`, or `exclude`."""

    because: Annotated[str, msgspec.Meta(description="The reason.")]
    version: Annotated[
        str | None, msgspec.Meta(description="The version specifier that counts.")
    ] = None
    exclude: Annotated[
        bool, msgspec.Meta(description="Leave the distribution out, whoever asks for it.")
    ] = False


class ProgramOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """A set of distributions in an environment of its own, and launchers for it."""

    requires: Annotated[
        tuple[str, ...],
        msgspec.Meta(description="The distributions that the program is made of (PEP 508)."),
    ]
    groups: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            description="Dependency groups (PEP 735) of source trees in `sources`, each as "
            "`PROJECT:GROUP`; the program gets what they list, and not the project itself."
        ),
    ] = ()
    python: Annotated[
        str | None,
        msgspec.Meta(
            description="Its Python, `3.12`, or `3.12.4` for that patch and later ones; "
            "otherwise the assembly's."
        ),
    ] = None
    targets: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            description="Those of the lock's targets that the program is for; left out: all."
        ),
    ] = ()
    constraints: Annotated[
        Mapping[str, str],
        msgspec.Meta(
            description="Version specifiers that narrow what is asked of a distribution, by name; "
            "they add none."
        ),
    ] = {}
    overrides: Annotated[
        Mapping[str, OverrideOptions | str],
        msgspec.Meta(
            description="What counts instead of what anyone asks of a distribution, by name, as in "
            "`[lock.overrides]`; an empty string takes one of those away for this program."
        ),
    ] = {}
    solve_group: Annotated[
        str | None,
        msgspec.Meta(
            description="A name of your own: programs that say the same one have one version of "
            "each distribution that they have in common, and share constraints and overrides."
        ),
    ] = None
    env: Annotated[
        Mapping[str, Text],
        msgspec.Meta(description="Environment variables that every launcher sets."),
    ] = {}
    launchers: Annotated[
        Mapping[str, LauncherOptions],
        msgspec.Meta(description="The launchers to show in the prefix's `bin`, by name."),
    ] = {}
    scripts: Annotated[
        Literal["all"] | tuple[str, ...] | Mapping[str, str] | None,
        msgspec.Meta(
            description="Scripts to show: their names, a table of new name to script, or `all`: "
            "those of dependencies too. If no launcher is named in any way, those of the "
            "distributions in `requires` are shown."
        ),
    ] = None
    entry_points: Annotated[
        Mapping[str, str],
        msgspec.Meta(description="Launchers that call a function, `module:function`, by name."),
    ] = {}
    interpreter: Annotated[
        str | None, msgspec.Meta(description="The name of a launcher that is a Python.")
    ] = None
    extra_paths: Annotated[
        tuple[Text, ...],
        msgspec.Meta(
            description="Folders to append to `sys.path`; relative ones start at the checkout."
        ),
    ] = ()
