"""Every bound on what comes from outside, in one table."""

from typing import Annotated

import msgspec
from msgspec import Meta

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB

Positive = Annotated[int, Meta(ge=1)]
Duration = Annotated[float, Meta(gt=0)]


class Limits(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    """`[limits]` of the user configuration: bounds in bytes, seconds and counts."""

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


DEFAULTS = Limits()
