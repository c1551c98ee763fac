"""What a project asks of its lock, and the lock that answers it."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec

from assembler.app.artifact_targets import check_artifact_targets
from assembler.app.checkout import Checkout
from assembler.app.declaring import Declared
from assembler.app.own_groups import with_groups
from assembler.app.read_locks import read_lock
from assembler.app.services import Services
from assembler.app.sizes import check_lock
from assembler.errors import ConfigurationError, LockError, raise_all
from assembler.lock.inputs import Asked
from assembler.lock.upload_times import index_rules
from assembler.model.lock import Lock, Staleness
from assembler.model.platforms import canonical_name, target_named
from assembler.model.project import Project
from assembler.model.resolution import ProgramRequest
from assembler.model.solve_groups import shared
from assembler.model.sources import RepositoryInput
from assembler.model.target import Target
from assembler.origin import Origin
from assembler.solve.routes import Routes

if TYPE_CHECKING:
    from assembler.app.own_archives import OwnArchive
    from assembler.app.own_trees import OwnTree

SHOWN_EDITS = 8
RELOCK = "run `assemble lock`, or `assemble build --lock`"


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """A project with its own distributions, and what it asks of a lock."""

    project: Project
    declared: Declared
    trees: "Mapping[str, OwnTree]"
    archives: "Mapping[str, OwnArchive]" = {}
    asked: Asked


def question(project: Project, declared: Declared, services: Services) -> Question:
    """Find out what the project asks; nothing is solved. Raises `ConfigurationError`."""
    trees, archives = _own(project, services)
    _check_distinct(project, trees, archives)
    targets = tuple(target_named(name, project.targets) for name in project.lock.targets)
    check_artifact_targets(declared, project, targets)
    asked = Asked(
        programs=shared(
            [_on_targets(program, targets) for program in with_groups(declared.programs, trees)]
        ),
        index_of=index_of(project),
        targets=targets,
        policy=project.lock,
        index_rules=index_rules(project.lock, project.indexes),
        trees={name: tree.input for name, tree in trees.items()},
        archives={name: archive.input for name, archive in archives.items()},
        repositories={
            one.name: RepositoryInput(url=one.url, rev=one.rev or "", subdirectory=one.subdirectory)
            for one in project.repositories
        },
        artifacts={
            request.url: request.sha256
            for needs in declared.needs.values()
            for request in needs.artifacts
        },
        checkouts=frozenset(
            request for needs in declared.needs.values() for request in needs.repositories
        ),
    )
    return Question(project=project, declared=declared, trees=trees, archives=archives, asked=asked)


def _own(
    project: Project, services: Services
) -> "tuple[Mapping[str, OwnTree], Mapping[str, OwnArchive]]":
    """The project's own trees and archives, by normalised name."""
    if not project.sources and not project.archives:
        return {}, {}
    from assembler.app.own_archives import own_archives  # noqa: PLC0415 - many have none
    from assembler.app.own_trees import own_trees  # noqa: PLC0415 - many have none

    return own_trees(project, services), own_archives(project, services)


def _check_distinct(
    project: Project, trees: "Mapping[str, OwnTree]", archives: "Mapping[str, OwnArchive]"
) -> None:
    seen: dict[str, Origin] = {name: tree.origin for name, tree in trees.items()}
    errors: list[ConfigurationError] = []
    fixed = [(one.name, one.origin) for one in archives.values()]
    fixed += [(one.name, one.origin) for one in project.repositories]
    for name, origin in fixed:
        if other := seen.get(name):
            details = (f"the other one is at {other}",)
            message = f"`{name}` has two sources"
            errors.append(ConfigurationError(message, origin=origin, details=details))
        seen[name] = origin
    raise_all(errors)


def _on_targets(program: ProgramRequest, targets: tuple[Target, ...]) -> ProgramRequest:
    """The program with its targets named as the lock names them."""
    named = tuple(
        msgspec.structs.replace(target, name=canonical_name(target.name, targets))
        for target in program.targets
    )
    return msgspec.structs.replace(program, targets=named)


def index_of(project: Project) -> Callable[[str, Target], str]:
    """The URL of the index that a normalised name comes from on a target."""
    routes, known = Routes(project.indexes), dict[str, Routes]()
    found: dict[tuple[str, str], str] = {}

    def url(name: str, target: Target) -> str:
        if target.name not in known:
            known[target.name] = routes.on(target)
        if (name, target.name) not in found:
            found[name, target.name] = known[target.name].index(name).url
        return found[name, target.name]

    return url


def old_lock(checkout: Checkout, services: Services) -> Lock | None:
    """The lock beside the assembly file, or `None`. Raises `LockError` or `IntegrityError`."""
    if services.files.state(checkout.lock_path) is None:
        return None
    text = lock_text(checkout, services)
    return read_lock(text, checkout.lock_name, services.cache, services.files)


def lock_text(checkout: Checkout, services: Services) -> str:
    """The text of the lock. Raises `LockError` if there is none that can be read."""
    check_lock(checkout.lock_path, checkout.lock_name, services.files, services.limits)
    try:
        return services.files.read(checkout.lock_path).decode("utf-8")
    except FileNotFoundError:
        owner = checkout.lock_owner
        makes = ("`assemble lock` makes it, and `assemble build --lock` both",)
        raise LockError(
            f"there is no lock, `{checkout.lock_name}`",
            hints=makes if owner == checkout.file else (f"`assemble lock -f {owner}` makes it",),
        ) from None
    except UnicodeDecodeError as error:
        raise LockError(f"`{checkout.lock_name}` is not UTF-8: byte {error.start}") from error


def locked(checkout: Checkout, services: Services) -> Lock:
    """The lock, fresh or stale. Raises `LockError` where there is none that can be read."""
    text = lock_text(checkout, services)
    return read_lock(text, checkout.lock_name, services.cache, services.files)


def stale_error(
    name: str, found: tuple[Staleness, ...], hints: tuple[str, ...] = (RELOCK,)
) -> LockError:
    """The error that a lock with this name is stale because of these edits."""
    further = [edit.edit for edit in found[1:SHOWN_EDITS]]
    if len(found) > SHOWN_EDITS:
        further.append(f"and {len(found) - SHOWN_EDITS} more edits")
    return LockError(
        f"`{name}` is stale: {found[0].edit}",
        origin=found[0].origin,
        details=further,
        hints=hints,
    )
