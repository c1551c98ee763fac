"""`assemble status`: what is built, and whether it is current."""

from pathlib import PurePath

from assembler.app.checkout import Checkout
from assembler.app.current import asked_options, nothing_due
from assembler.app.live import live_states
from assembler.app.options import BuildOptions
from assembler.app.outcomes import PartStatus, Status
from assembler.app.prefixes import built_prefix
from assembler.app.services import Services
from assembler.execute.deployed import deployed
from assembler.execute.digest import tree_digest
from assembler.execute.generations import current_number, load, numbers


def status(checkout: Checkout, services: Services) -> Status:
    """Read what is built from its manifest. Raises `ConfigurationError` if nothing is."""
    files, prefix = services.files, built_prefix(checkout, services)
    manifest = load(prefix, current_number(prefix, files) or 0, files)
    record = deployed(prefix, files)
    wanted = any(part.deployment for part in manifest.parts.values())
    return Status(
        assembly=manifest.assembly,
        prefix=str(prefix),
        generation=manifest.generation,
        generations=numbers(prefix, files),
        parts=tuple(
            PartStatus(
                name=name,
                recipe=part.recipe,
                key=part.key,
                exposed=tuple(sorted(part.exposed)),
                baked=part.baked,
            )
            for name, part in manifest.parts.items()
        ),
        digest=tree_digest(prefix, manifest, files),
        current=is_current(checkout, services, prefix),
        live=live_states(prefix, manifest, services, compared=True),
        deployed=record.deployment.generation if record else (0 if wanted else None),
        root=record.root if record else "/",
    )


def is_current(checkout: Checkout, services: Services, prefix: PurePath) -> bool | None:
    """Whether `build` would find nothing to do; `None` where there is no assembly file to tell."""
    if services.files.state(checkout.path) is None:
        return None
    manifest = load(prefix, current_number(prefix, services.files) or 0, services.files)
    selections = dict.fromkeys((None, asked_options(manifest.fingerprint.request).only))
    return any(
        nothing_due(checkout, services, BuildOptions(only=only, editable=editable))
        for only in selections
        for editable in (True, False)
    )
