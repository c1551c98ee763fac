"""What an executor works with, out of the services."""

from collections.abc import Mapping

from assembler.app.services import Services
from assembler.ports import Tools


def tools(services: Services) -> Tools:
    """What an executor works with."""
    return Tools(
        services.files,
        services.store,
        services.artifacts,
        services.unpacker,
        services.repositories,
        services.processes,
        services.reporter,
        _environment(services),
        services.machine.jobs,
    )


def _environment(services: Services) -> Mapping[str, str]:
    """The machine's environment, with what assembler's own options say of the machine."""
    said = {
        "ASSEMBLER_CACHE": str(services.cache),
        "ASSEMBLER_OFFLINE": "1" if services.offline else "",
    }
    return {**services.environment, **said}
