"""Live files, those that hold secrets: written by deployment and by `build --live`."""

from collections.abc import Iterable, Sequence
from pathlib import PurePath

from assembler.app.services import Services
from assembler.errors import AssemblerError, MachineError, raise_all
from assembler.execute import generations, live
from assembler.execute.described import Described, described
from assembler.execute.recovery import recover
from assembler.model.layout import Prefix
from assembler.model.live import LiveState, LiveWritten
from assembler.model.manifest import LiveFile, Manifest
from assembler.model.secret import SecretSource, SecretValue, Values


def values(
    files: Iterable[LiveFile | Described], sources: Iterable[SecretSource], services: Services
) -> Values:
    """The values of all secrets in these files.

    Raises `MachineError` for each that is missing, all of them at once.
    """
    found, errors = _read(files, sources, services)
    raise_all(errors)
    return found


def write_live(
    prefix: PurePath, manifest: Manifest, known: Values, services: Services
) -> LiveWritten:
    """Write the live files of a generation as far as they are due; the lock must be held."""
    return _write(prefix, described(prefix, manifest), known, services)


def write_current(prefix: PurePath, services: Services) -> LiveWritten:
    """Write the live files of the current generation. Raises what `values` raises."""
    files = services.files
    with services.prefix_lock.hold(Prefix(prefix).lock):
        recover(prefix, files)
        manifest = generations.load(prefix, generations.current_number(prefix, files) or 0, files)
        known = values(described(prefix, manifest), manifest.secrets, services)
        return write_live(prefix, manifest, known, services)


def follow(prefix: PurePath, manifest: Manifest, services: Services) -> LiveWritten:
    """Let the live files that were written follow a switch to another generation.

    The lock must be held. What lacks a secret stays as it is, which is said.
    """
    names = live.written(prefix, services.files)
    wanted = [each for each in described(prefix, manifest) if each.name in names]
    known, errors = _read(wanted, manifest.secrets, services)
    for error in errors:
        services.reporter.warn(error.message)
    able = [each for each in wanted if known.keys() >= set(each.content.secrets)]
    for each in wanted:
        if each not in able:
            services.reporter.warn(f"`{each.shown}` is left as it is: `build --live` writes it")
    return _write(prefix, able, known, services)


def live_states(
    prefix: PurePath, manifest: Manifest, services: Services, *, compared: bool
) -> tuple[LiveState, ...]:
    """What is due of the live files of a generation, their secrets read if they are `compared`."""
    wanted = described(prefix, manifest)
    known: Values = {}
    if compared:
        known, _ = _read(wanted, manifest.secrets, services)
    try:
        return live.states(prefix, manifest, known, services.files)
    except MachineError:
        return tuple(
            LiveState(path=each.shown, part=each.part, due=None, reason="unreadable")
            for each in wanted
        )


def _write(
    prefix: PurePath, wanted: Sequence[Described], known: Values, services: Services
) -> LiveWritten:
    if not wanted:
        return LiveWritten()
    done = live.write(prefix, wanted, known, services.files, services.secrets.key)
    for path, aside in done.aside:
        services.reporter.warn(f"`{path}` was changed by hand; what it held is in `{aside}`")
    return done


def _read(
    files: Iterable[LiveFile | Described], sources: Iterable[SecretSource], services: Services
) -> tuple[Values, list[AssemblerError]]:
    """The values of the secrets in these files, and what is wrong with the others."""
    described_sources = {source.name: source for source in sources}
    found: dict[str, SecretValue] = {}
    errors: list[AssemblerError] = []
    for name in sorted({name for file in files for name in file.content.secrets}):
        source = described_sources.get(name)
        if source is None:
            message = f"the secret `{name}` is missing: `[secrets]` has no `{name}`"
            errors.append(MachineError(message))
            continue
        try:
            found[name] = services.secrets.read(source)
        except MachineError as error:
            errors.append(error)
    return found, errors
