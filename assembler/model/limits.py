"""Every bound on what comes from outside, in one table."""

import msgspec

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds in bytes, seconds and counts, with their defaults.

    `page_size`, `metadata_size` and `file_size` bound index pages, core metadata and downloads;
    `answer_time` bounds a whole answer kept in memory. A body that brings fewer than `stall_size`
    bytes in `stall_time` has stalled. Waits between tries double from `first_wait` to
    `longest_wait`; a server that asks to wait longer than `retry_after` is given up.
    """

    page_size: int = 128 * MIB
    metadata_size: int = 8 * MIB
    file_size: int = 16 * GIB
    connections: int = 32
    connect_time: float = 10.0
    read_time: float = 30.0
    answer_time: float = 300.0
    stall_time: float = 30.0
    stall_size: int = 4 * KIB
    tries: int = 4
    first_wait: float = 0.5
    longest_wait: float = 8.0
    retry_after: float = 60.0
    redirects: int = 10
    build_time: float = 3600.0
    secret_size: int = 64 * KIB


DEFAULTS = Limits()
