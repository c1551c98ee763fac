"""The lock of build requirements: whether it still answers what builds ask."""

from collections.abc import Iterable, Iterator

from assembler.app.checkout import Checkout
from assembler.app.locking import Question, index_of, stale_error
from assembler.app.read_locks import read_lock
from assembler.app.recipe_groups import check_fresh, parted
from assembler.app.services import Services
from assembler.app.sizes import check_configuration, check_lock
from assembler.errors import ConfigurationError, LockError
from assembler.lock.builds import Build, builds
from assembler.lock.inputs import Asked, requirement_text
from assembler.model.lock import Lock, ProgramInputs, Staleness
from assembler.model.project import LockPolicy, Root, TargetName
from assembler.model.resolution import ProgramRequest, TreeSource
from assembler.origin import Origin


def fresh_build_lock(
    checkout: Checkout, asking: Question, lock: Lock, services: Services, *, strict: bool
) -> Lock | None:
    """The lock of build requirements, which must answer for all that the lock builds.

    `None` where nothing is built. Raises `LockError` that names each edit.
    """
    found, name = builds(lock), checkout.build_lock_name
    standing = read_build_lock(checkout, services) if found or strict else None
    if standing and strict:
        check_fresh(asking.project, standing, name, strict=True)
    if standing:
        _, standing = parted(standing)
    if standing is None and found:
        first = next(iter(found.values()))
        raise LockError(
            f"there is no `{name}`, which says what `{first.name}` is built with",
            hints=("run `assemble lock`, or `assemble build --lock`",),
        )
    if standing and (stale := tuple(_edits(asking, lock, standing, services, strict=strict))):
        raise stale_error(name, stale)
    return standing


def read_build_lock(checkout: Checkout, services: Services) -> Lock | None:
    """The lock of build requirements, or `None`. Raises `LockError` or `IntegrityError`."""
    name = checkout.build_lock_name
    if services.files.state(checkout.build_lock_path) is None:
        return None
    check_lock(checkout.build_lock_path, name, services.files, services.limits)
    content = services.files.read(checkout.build_lock_path)
    try:
        return read_lock(content.decode("utf-8"), name, services.cache, services.files)
    except UnicodeDecodeError as error:
        raise LockError(f"`{name}` is not UTF-8: byte {error.start}") from error


def listed(asking: Question, tree: TreeSource, services: Services) -> tuple[str, ...]:
    """The requirements that a source tree of the project lists for its build, sorted.

    Raises `ConfigurationError` for a `pyproject.toml` that is not valid.
    """
    from assembler.model.pyproject import build_requires  # noqa: PLC0415 - most locks build nothing

    name = f"{tree.path}/pyproject.toml"
    path = asking.project.folder / name
    check_configuration(path, name, services.files, services.limits)
    try:
        text = services.files.read(path).decode("utf-8") if services.files.state(path) else ""
        return build_requires(text)
    except ValueError as error:
        raise ConfigurationError(f"`{name}` is not valid: {error}") from None


def _edits(
    asking: Question, lock: Lock, standing: Lock, services: Services, *, strict: bool
) -> Iterator[Staleness]:
    from assembler.lock.freshness import edits  # noqa: PLC0415 - only what is compared needs it

    programs = tuple(
        build_program(build, _now(build, asking, standing, services), lock)
        for build in builds(lock).values()
    )
    yield from edits(standing, asked_of_builds(asking, programs, lock), strict=strict)


def _now(build: Build, asking: Question, standing: Lock, services: Services) -> Iterable[str]:
    """What a build requires now: the listed ones may have been edited, the others are as locked."""
    inputs = standing.inputs.get(build.group) or ProgramInputs(requires=(), python=build.python)
    if build.tree is None:
        return inputs.requires
    now = {requirement_text(text) for text in listed(asking, build.tree, services)}
    return now.union(set(inputs.requires).difference(inputs.listed))


def build_program(build: Build, required: Iterable[str], lock: Lock) -> ProgramRequest:
    """A build as a program that requires this, for the targets that build it."""
    source = build.sdist.filename if build.sdist else build.name
    if build.tree:
        source = f"{build.tree.path}/pyproject.toml"
    everywhere = len(build.targets) == len(lock.targets)
    targets = () if everywhere else build.targets
    return ProgramRequest(
        name=build.group,
        roots=roots(required, source),
        python=build.python,
        targets=tuple(TargetName(name, Origin(file=source)) for name in targets),
    )


def asked_of_builds(asking: Question, programs: tuple[ProgramRequest, ...], lock: Lock) -> Asked:
    """What these builds ask of a lock."""
    said = asking.project.lock
    return Asked(
        programs=programs,
        index_of=index_of(asking.project),
        targets=lock.targets,
        policy=LockPolicy(
            constraints=said.build_constraints,
            overrides=said.build_overrides,
            exclude_newer=said.exclude_newer,
            exclude_newer_of=said.exclude_newer_of,
        ),
        index_rules=asking.asked.index_rules,
    )


def roots(requirements: Iterable[str], source: str) -> tuple[Root, ...]:
    """Build requirements as roots; `source` is the file, or the distribution, that asks."""
    return tuple(Root(text, Origin(file=source)) for text in sorted(set(requirements)))
