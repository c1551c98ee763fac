"""Every bound on what comes from outside, in one table.

What is annotated is worked out when a table of limits is read, which few users have.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from assembler.model.paths import MAX_PATH

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB

Positive = Annotated[int, Meta(ge=1)]
Duration = Annotated[float, Meta(gt=0)]


class Limits(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """`[limits]` of the user configuration: bounds in bytes, seconds and counts."""

    configuration_size: Annotated[
        Positive, Meta(description="Bytes of an assembly file or a `pyproject.toml`.")
    ] = 8 * MIB
    lock_size: Annotated[
        Positive, Meta(description="Bytes of a lock, and of a file that pins are read from.")
    ] = 64 * MIB
    nesting: Annotated[
        int, Meta(ge=1, le=100, description="How deep tables and arrays may be nested.")
    ] = 50
    reference_depth: Annotated[
        int, Meta(ge=1, le=100, description="Levels of tables, arrays and references to a value.")
    ] = 60
    text_length: Annotated[
        Positive, Meta(description="Characters of a text, its references resolved.")
    ] = 1_000_000
    array_values: Annotated[
        Positive, Meta(description="Values in an array or a table, its references resolved.")
    ] = 100_000
    expanded_text: Annotated[
        Positive, Meta(description="Characters of all texts that references are resolved in.")
    ] = 64 * MIB
    expanded_values: Annotated[
        Positive,
        Meta(description="Values that `[for-each]`, presets and references make of an assembly."),
    ] = 1_000_000
    expansion_depth: Annotated[
        Positive, Meta(description="How often parts that are made of parts may make others.")
    ] = 8
    expanded_parts: Annotated[Positive, Meta(description="Parts that are made of other parts.")] = (
        1000
    )
    parts: Annotated[Positive, Meta(description="Parts of an assembly.")] = 10_000
    path_length: Annotated[
        int,
        Meta(ge=1, le=MAX_PATH, description="Bytes of a path in an archive or a part."),
    ] = 1024
    page_size: Annotated[Positive, Meta(description="Bytes of an index page.")] = 128 * MIB
    metadata_size: Annotated[
        Positive, Meta(description="Bytes of core metadata that an index offers beside a wheel.")
    ] = 8 * MIB
    file_size: Annotated[
        Positive, Meta(description="Bytes of a download whose size nobody says before.")
    ] = 16 * GIB
    connections: Annotated[Positive, Meta(description="Connections to one host at a time.")] = 32
    connect_time: Annotated[Duration, Meta(description="Seconds to wait for a connection.")] = 10.0
    read_time: Annotated[Duration, Meta(description="Seconds to wait for the next bytes.")] = 30.0
    answer_time: Annotated[
        Duration, Meta(description="Seconds that a whole page or metadata may take.")
    ] = 300.0
    header_time: Annotated[
        Duration, Meta(description="Seconds that the headers of an answer may take.")
    ] = 60.0
    header_size: Annotated[Positive, Meta(description="Bytes of the headers of an answer.")] = (
        256 * KIB
    )
    stall_time: Annotated[
        Duration, Meta(description="Seconds after which a body that hardly comes has stalled.")
    ] = 30.0
    stall_size: Annotated[Positive, Meta(description="Bytes that must come in `stall-time`.")] = (
        4 * KIB
    )
    tries: Annotated[Positive, Meta(description="How often a request is made at most.")] = 4
    first_wait: Annotated[
        Duration, Meta(description="Seconds before the second try; they double.")
    ] = 0.5
    longest_wait: Annotated[Duration, Meta(description="Seconds between tries at most.")] = 8.0
    retry_after: Annotated[
        Duration, Meta(description="Seconds that a server may ask to wait before it is given up.")
    ] = 60.0
    redirects: Annotated[Positive, Meta(description="Redirects of one request.")] = 10
    build_time: Annotated[
        Duration, Meta(description="Seconds that one call of a build back end may take.")
    ] = 3600.0
    compile_time: Annotated[
        Duration, Meta(description="Seconds that compiling the bytecode of a wheel may take.")
    ] = 3600.0
    git_time: Annotated[Duration, Meta(description="Seconds that one git command may take.")] = (
        1800.0
    )
    submodule_depth: Annotated[
        Positive, Meta(description="How deep submodules of a repository may be nested.")
    ] = 8
    keyring_time: Annotated[
        Duration, Meta(description="Seconds that the user's keyring may take to answer.")
    ] = 60.0
    output_size: Annotated[
        Positive, Meta(description="Bytes of a command's output that are kept, the last ones.")
    ] = MIB
    secret_size: Annotated[Positive, Meta(description="Bytes of a secret.")] = 64 * KIB
    archive_members: Annotated[
        Positive, Meta(description="Files and directories of an archive.")
    ] = 250_000
    archive_size: Annotated[Positive, Meta(description="Bytes of an archive, unpacked.")] = 16 * GIB
    archive_ratio: Annotated[
        Positive, Meta(description="How much larger an archive may become by being unpacked.")
    ] = 250
    archive_ratio_from: Annotated[
        Positive, Meta(description="Bytes, unpacked, from which `archive-ratio` counts.")
    ] = 64 * MIB
    archive_metadata_size: Annotated[
        Positive, Meta(description="Bytes of a wheel's `METADATA`, `RECORD` and the like.")
    ] = 64 * MIB
    recipe_time: Annotated[
        Duration, Meta(description="Seconds for each answer of a recipe from elsewhere.")
    ] = 60.0
    recipe_size: Annotated[
        Positive, Meta(description="Bytes of each answer of a recipe from elsewhere.")
    ] = 64 * MIB

    def way_out(self, name: str) -> str:
        """The hint of an error for what went beyond a bound: which one it is, and who raises it."""
        value: object = getattr(self, name)
        key = name.replace("_", "-")
        return f"the limit is `limits.{key} = {value}`, and the user configuration can raise it"


DEFAULTS = Limits()
