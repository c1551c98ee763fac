"""Whether a build is current, from its manifest alone: nothing is loaded, solved or realised."""

from pathlib import PurePath

import msgspec

from assembler import __version__
from assembler.app.checkout import Checkout
from assembler.app.fingerprint import unchanged
from assembler.app.options import BuildOptions
from assembler.app.plain_prefix import plain_prefix
from assembler.app.services import Services
from assembler.errors import AssemblerError
from assembler.execute.effects import effects_differ
from assembler.execute.generations import current
from assembler.execute.inspection import inspect
from assembler.execute.recovery import interrupted
from assembler.model.canonical import decode, encode


class Current(msgspec.Struct, frozen=True):
    """A build with nothing to do: its prefix, and the number of its live generation."""

    prefix: str
    generation: int


def request_text(checkout: Checkout, options: BuildOptions) -> str:
    """The canonical text of what was asked for on the command line, and of whom."""
    asked = (__version__, str(checkout.path), checkout.settings, checkout.pythons)
    return encode((*asked, msgspec.to_builtins(options))).decode()


def asked_options(request: str) -> BuildOptions:
    """What was asked of a build, from its `request_text`; nothing special where that is unknown."""
    try:
        asked = decode(request.encode(), tuple[str, str, object, object, BuildOptions])
    except (msgspec.ValidationError, msgspec.DecodeError):
        return BuildOptions()
    return asked[-1]


def nothing_due(checkout: Checkout, services: Services, options: BuildOptions) -> Current | None:
    """The current build, if everything that went into it is as it was, and it is undamaged."""
    files = services.files
    try:
        prefix = checkout.prefix or plain_prefix(checkout, files) or _prefix(checkout, services)
        manifest = current(prefix, files)
    except AssemblerError:
        return None
    if manifest is None or manifest.prefix != str(prefix) or interrupted(prefix, files):
        return None
    fresh = unchanged(
        manifest.fingerprint,
        request_text(checkout, options),
        folder=checkout.folder,
        environment=services.environment,
        files=files,
    )
    if not fresh or effects_differ(prefix, manifest, files) or inspect(prefix, manifest, files):
        return None
    return Current(str(prefix), manifest.generation)


def _prefix(checkout: Checkout, services: Services) -> PurePath:
    from assembler.app.prefixes import prefix_of  # noqa: PLC0415 - loads the configuration stage

    return prefix_of(checkout, services)
