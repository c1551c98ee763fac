"""What `exclude-newer` says, checked."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from assembler.config.keys import is_distribution_name, normalised
from assembler.config.node import Node
from assembler.errors import AssemblerError, ConfigurationError
from assembler.model.upload_times import NEVER

DEFAULT = "default"
_DURATION = r"[1-9]\d{0,4} (hours?|days?|weeks?)"


def rule(said: str | Literal[False], node: Node, faults: list[AssemblerError]) -> str:
    """A rule as text; the fault of one that is neither a date nor a duration is collected."""
    if said is False:
        return NEVER
    if not _is_instant(said):
        message = f"`{said}` is neither a date nor a duration"
        hints = ('write "2026-10-01", "2026-10-01T12:00:00Z" or "7 days"',)
        faults.append(ConfigurationError(message, origin=node.origin, hints=hints))
    return said


def rules(
    said: Mapping[str, str | Literal[False]], node: Node, faults: list[AssemblerError]
) -> Mapping[str, str]:
    """The rules of a table by normalised name, that for all others under `default`."""
    found: dict[str, str] = {}
    places: dict[str, Node] = {}
    for key, entry in node.table.items():
        name = normalised(key)
        if not is_distribution_name(key):
            message = f"`{key}` is no name of a distribution"
            faults.append(ConfigurationError(message, origin=entry.key_origin))
        elif name in places and places[name].source is entry.source:
            message = f"`{key}` is there twice"
            details = (f"`{places[name].path[-1]}` is at {places[name].key_origin}",)
            faults.append(ConfigurationError(message, origin=entry.key_origin, details=details))
        places[name] = entry
        found[name] = rule(said[key], entry, faults)
    return found


def _is_instant(text: str) -> bool:
    if re.fullmatch(_DURATION, text):
        return True
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
