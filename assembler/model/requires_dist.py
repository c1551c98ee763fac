"""What a wheel requires, read out of its metadata without reading the rest."""

import re

_END = re.compile(rb"\n\r?\n")
_HEADER = re.compile(r"From |[!-9;-~]*:|[\t ]")
_NAME = "requires-dist"


def requires_dist(content: bytes) -> tuple[str, ...]:
    """The `Requires-Dist` of a `METADATA`, as `parse_core_metadata` finds them (RFC 5322)."""
    end = _END.search(content)
    headers = content[: end.start()] if end else content
    text = headers.replace(b"\r\n", b"\n").replace(b"\r", b"\n").decode("utf-8", "replace")
    found: list[list[str]] = []
    wanted = False
    for line in text.split("\n"):
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
