"""How the archives and repositories that a program's distributions come from were edited."""

from collections.abc import Iterator

from assembler.model.lock import ProgramInputs
from assembler.model.sources import ArchiveInput, RepositoryInput, RepositoryRequest


def fixed_sources(was: ProgramInputs, now: ProgramInputs) -> Iterator[str]:
    """Each edit in words."""
    for name in sorted(was.archives.keys() | now.archives.keys()):
        yield from _archive(name, was.archives.get(name), now.archives.get(name))
    for name in sorted(was.repositories.keys() | now.repositories.keys()):
        yield from _repository(name, was.repositories.get(name), now.repositories.get(name))


def _archive(name: str, was: ArchiveInput | None, now: ArchiveInput | None) -> Iterator[str]:
    before, after = (dict(archive.files) if archive else {} for archive in (was, now))
    places = " and ".join(f"`{place}`" for place in before)
    if not after and before:
        yield f"`{name}` no longer comes from {places}"
    elif before.keys() != after.keys():
        now_places = " and ".join(f"`{place}`" for place in after)
        yield f"`{name}` now comes from {now_places}" + (f", was {places}" if before else "")
    else:
        for place in (place for place in after if before[place] != after[place]):
            given = f"`{after[place]}`" if after[place] else "not given"
            once = f"`{before[place]}`" if before[place] else "not given"
            yield f"the sha256 of `{place}` is now {given}, was {once}"


def _repository(
    name: str, was: RepositoryInput | None, now: RepositoryInput | None
) -> Iterator[str]:
    if now is None and was:
        yield f"`{name}` no longer comes from {_shown(was)}"
    elif now and now != was:
        yield f"`{name}` now comes from {_shown(now)}" + (f", was {_shown(was)}" if was else "")


def shown_request(request: RepositoryRequest) -> str:
    """What a part wants of a repository, in words."""
    rev = f" at `{request.rev}`" if request.rev else ""
    return f"`{request.url}`{rev}" + (" with submodules" if request.submodules else "")


def _shown(repository: RepositoryInput) -> str:
    rev = f" at `{repository.rev}`" if repository.rev else ""
    folder = f" in `{repository.subdirectory}`" if repository.subdirectory else ""
    return f"`{repository.url}`{rev}{folder}"
