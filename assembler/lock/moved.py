"""How the archives and repositories that a program's distributions come from were edited."""

from collections.abc import Iterator

from assembler.model.lock import ProgramInputs
from assembler.model.sources import ArchiveInput, RepositoryInput


def fixed_sources(was: ProgramInputs, now: ProgramInputs) -> Iterator[str]:
    """Each edit in words."""
    for name in sorted(was.archives.keys() | now.archives.keys()):
        yield from _archive(name, was.archives.get(name), now.archives.get(name))
    for name in sorted(was.repositories.keys() | now.repositories.keys()):
        yield from _repository(name, was.repositories.get(name), now.repositories.get(name))


def _archive(name: str, was: ArchiveInput | None, now: ArchiveInput | None) -> Iterator[str]:
    if now is None and was:
        yield f"`{name}` no longer comes from `{was.place}`"
    elif now and (was is None or was.place != now.place):
        yield f"`{name}` now comes from `{now.place}`" + (f", was `{was.place}`" if was else "")
    elif now and was and now.sha256 != was.sha256:
        given = f"`{now.sha256}`" if now.sha256 else "not given"
        before = f"`{was.sha256}`" if was.sha256 else "not given"
        yield f"the sha256 of `{now.place}` is now {given}, was {before}"


def _repository(
    name: str, was: RepositoryInput | None, now: RepositoryInput | None
) -> Iterator[str]:
    if now is None and was:
        yield f"`{name}` no longer comes from {_shown(was)}"
    elif now and now != was:
        yield f"`{name}` now comes from {_shown(now)}" + (f", was {_shown(was)}" if was else "")


def _shown(repository: RepositoryInput) -> str:
    rev = f" at `{repository.rev}`" if repository.rev else ""
    folder = f" in `{repository.subdirectory}`" if repository.subdirectory else ""
    return f"`{repository.url}`{rev}{folder}"
