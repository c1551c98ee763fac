"""The smallest shared library that has an RPATH."""

import struct

BASE = 64 + 2 * 56


def shared_library(search_path: str, *, run_path: bool = True) -> bytes:
    """A 64-bit little-endian ELF file with a dynamic segment and nothing else."""
    strings = b"\0" + search_path.encode() + b"\0"
    dynamic_at = BASE + len(strings)
    tags = (
        (5, BASE),
        (10, len(strings)),
        (29 if run_path else 15, 1),
        (0, 0),
    )
    dynamic = b"".join(struct.pack("<QQ", tag, value) for tag, value in tags)
    size = dynamic_at + len(dynamic)
    header = b"\x7fELF\x02\x01\x01" + bytes(9)
    header += struct.pack("<HHIQQQIHHHHHH", 3, 62, 1, 0, 64, 0, 0, 64, 56, 2, 64, 0, 0)
    load = struct.pack("<IIQQQQQQ", 1, 4, 0, 0, 0, size, size, 4096)
    segment = struct.pack(
        "<IIQQQQQQ", 2, 4, dynamic_at, dynamic_at, dynamic_at, len(dynamic), len(dynamic), 8
    )
    return header + load + segment + strings + dynamic
