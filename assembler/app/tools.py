"""What an executor works with, out of the services."""

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
        services.environment,
        services.machine.jobs,
    )
