"""Hosts as an assembly file names them."""

import re
from collections.abc import Iterator, Sequence

from assembler.config.node import Node
from assembler.errors import ConfigurationError

_HOST = r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?"


def host_faults(hosts: Sequence[str], index: Node) -> Iterator[ConfigurationError]:
    """What is wrong with the hosts in `files` of an index."""
    node = index.table.get("files")
    places = node.value if node and isinstance(node.value, tuple) else ()
    for host, place in zip(hosts, places, strict=False):
        if not re.fullmatch(_HOST, host):
            yield ConfigurationError(
                f"`{host}` is no host",
                origin=place.origin,
                hints=("write for example `files.acme.example`, or `files.acme.example:8443`",),
            )
