"""What a wheel requires, read out of its metadata without reading the rest."""

import re

_BLANK_LINE = re.compile(rb"(?<=\n)\r?\n")
_NEW_LINE = re.compile(r"\r\n|\r|\n")
_HEADER = re.compile(r"From |[!-9;-~]*:|[\t ]")
_NAME = "requires-dist"


def requires_dist(content: bytes) -> tuple[str, ...]:
    """The `Requires-Dist` of a `METADATA`, as `parse_core_metadata` finds them (RFC 5322)."""
    headers = _BLANK_LINE.split(content, maxsplit=1)[0].decode("utf-8", "replace")
    found: list[list[str]] = []
    wanted = False
    for line in _NEW_LINE.split(headers):
        if not _HEADER.match(line):
            break
        if line[0] in " \t":
            if wanted:
                found[-1].append(line)
            continue
        name, _, value = line.partition(":")
        wanted = name.lower() == _NAME
        if wanted:
            found.append([value])
    return tuple(" ".join("".join(lines).split()) for lines in found)
