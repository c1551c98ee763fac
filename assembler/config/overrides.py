"""What `[lock.overrides]` says, checked."""

from collections.abc import Mapping

from assembler.config.keys import is_distribution_name, normalised
from assembler.config.node import Node
from assembler.config.tables import OverrideTable
from assembler.errors import AssemblerError, ConfigurationError
from assembler.model.project import Override

_EXAMPLE = '`{ version = "==2.2.1", because = "…" }`, or `{ exclude = true, because = "…" }`'


def overrides(
    tables: Mapping[str, OverrideTable | str], node: Node | None, faults: list[AssemblerError]
) -> tuple[Override, ...]:
    """The overrides of a table, faults collected; an empty text takes one of a base away."""
    found: dict[str, Override] = {}
    for key, entry in node.table.items() if node else ():
        table = tables[key]
        name = normalised(key)
        if not is_distribution_name(key):
            message = f"`{key}` is no name of a distribution"
            faults.append(ConfigurationError(message, origin=entry.key_origin))
        elif name in found:
            message = f"`{key}` is overridden twice"
            details = (f"`{name}` is at {found[name].origin}",)
            origin = entry.key_origin
            faults.append(ConfigurationError(message, origin=origin, details=details))
        elif isinstance(table, OverrideTable):
            faults += [fault] if (fault := _fault(table, entry)) else []
            found[name] = Override(
                name=name,
                specifier=None if table.version is None else table.version.strip(),
                exclude=table.exclude,
                because=table.because,
                origin=entry.origin,
            )
        elif table:
            message = f"an override is a table with its reason, not `{table}`"
            hints = (f"write {_EXAMPLE}",)
            faults.append(ConfigurationError(message, origin=entry.origin, hints=hints))
    return tuple(found.values())


def _fault(table: OverrideTable, entry: Node) -> AssemblerError | None:
    if table.exclude == (table.version is not None):
        words = "both" if table.exclude else "neither of them"
        message = f"an override has either `version` or `exclude`, this one {words}"
        return ConfigurationError(message, origin=entry.origin, hints=(f"write {_EXAMPLE}",))
    if not table.because.strip():
        message = "the override says no reason"
        return ConfigurationError(message, origin=entry.table["because"].origin)
    return None
