"""`assemble rollback`: the atomic switch to an earlier generation."""

from pathlib import PurePath

from assembler.app.live import follow
from assembler.app.services import Services
from assembler.app.tools import tools
from assembler.errors import UsageError
from assembler.execute.generations import current_number, numbers
from assembler.execute.switch import switch
from assembler.model.layout import Prefix


def rollback(prefix: PurePath, number: int | None, services: Services) -> int:
    """Make the generation before the current one live, or the one named; return its number.

    Files that hold secrets follow it, if they were written. Raises `UsageError` if there is none.
    """
    with services.prefix_lock.hold(Prefix(prefix).lock):
        chosen = _before(prefix, services) if number is None else number
        manifest = switch(prefix, chosen, tools(services))
        follow(prefix, manifest, services)
    return manifest.generation


def _before(prefix: PurePath, services: Services) -> int:
    now = current_number(prefix, services.files) or 0
    earlier = [number for number in numbers(prefix, services.files) if number < now]
    if not earlier:
        raise UsageError(
            f"there is no generation before {now}",
            hints=("`assemble status` lists the generations",),
        )
    return earlier[-1]
