"""The options of what npm builds."""

from collections.abc import Mapping
from typing import Annotated

import msgspec

from assembler.api import Shown, Text


class NodeOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """A folder with a `package.json`, what is run in a copy of it, and what that makes."""

    dir: Annotated[
        str,
        msgspec.Meta(
            description="The folder of `package.json` and `package-lock.json`, in the checkout."
        ),
    ] = "."
    scripts: Annotated[
        tuple[str, ...],
        msgspec.Meta(description="The scripts of `package.json` to run, in this order."),
    ] = ()
    outputs: Annotated[
        tuple[str, ...],
        msgspec.Meta(
            description="The files and folders in `dir` that they make and that are kept; "
            "`node_modules` may be one."
        ),
    ]
    inputs: Annotated[
        tuple[str, ...] | None,
        msgspec.Meta(
            description="The project's files that the scripts see, as paths or globs: if one "
            "changes, they run again. Left out: all files in `dir` but `node_modules` and "
            "`outputs`."
        ),
    ] = None
    node: Annotated[
        str | None,
        msgspec.Meta(
            description="The Node to take from the package index, `22` or `>=22.12,<23`, which is "
            "locked as a program is; left out: the one on the PATH."
        ),
    ] = None
    ignore_scripts: Annotated[
        bool,
        msgspec.Meta(description="Run no scripts that packages want run when they are installed."),
    ] = True
    env: Annotated[
        Mapping[str, Text], msgspec.Meta(description="Environment variables for the scripts.")
    ] = {}
    expose: Annotated[
        Shown,
        msgspec.Meta(
            description="Outputs to show in the prefix: their paths, or a table of a path below "
            "the prefix to an output."
        ),
    ] = ()
    timeout: Annotated[
        float, msgspec.Meta(description="How long all of it may take, in seconds.", gt=0)
    ] = 3600.0
