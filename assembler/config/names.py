"""Names of assemblies and parts, which become names of files, groups and units."""

from collections.abc import Collection, Iterator, Mapping

from assembler.config.keys import folded, quoted
from assembler.config.node import Node
from assembler.errors import AssemblerError, ConfigurationError
from assembler.origin import Origin


class AnyName(Collection[str]):
    """Holds every name: the parts, as long as not all of them are known."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


MAX_LENGTH = 100
"""How many bytes a name may have, so that a key and a suffix still fit into a file's name."""


def fault_of_name(name: str, of: str, origin: Origin) -> AssemblerError | None:
    """What is wrong with the name of a thing, if anything."""
    reason = _reason(name)
    if reason is None:
        return None
    return ConfigurationError(f"the name {quoted(name)} of {of} {reason}", origin=origin)


def _reason(name: str) -> str | None:
    checks = (
        (not name, "is empty"),
        ("/" in name or "\\" in name, "holds a slash"),
        (not name.isprintable(), "holds a control character"),
        (name[:1] in ("-", "."), f"begins with `{name[:1]}`"),
        (name != name.strip(), "begins or ends with a blank"),
        (".." in name, "holds `..`"),
        (len(name.encode()) > MAX_LENGTH, f"is longer than {MAX_LENGTH} bytes"),
    )
    return next((reason for wrong, reason in checks if wrong), None)


def clashes(parts: Mapping[str, Node]) -> list[AssemblerError]:
    """Parts whose names no file system or lock could keep apart."""
    faults: list[AssemblerError] = []
    seen: dict[str, str] = {}
    for name, node in parts.items():
        other = seen.setdefault(folded(name), name)
        if other != name:
            message = f"the parts `{other}` and `{name}` differ only in case or separators"
            details = (f"`{other}` is at {parts[other].key_origin}",)
            faults.append(ConfigurationError(message, origin=node.key_origin, details=details))
    return faults
