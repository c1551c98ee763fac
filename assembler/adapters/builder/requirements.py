"""What a back end requires, against the wheels that its environment is made of."""

from collections.abc import Iterable, Iterator, Sequence

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name, parse_wheel_filename

from assembler.errors import LockError, PartError
from assembler.model.distribution import DistributionFile


def check_required(
    name: str, requirements: Iterable[str], wheels: Sequence[DistributionFile]
) -> None:
    """Check that the wheels satisfy what a back end requires to build the distribution `name`.

    A requirement with a marker is left to the back end. Raises `LockError`, or `PartError` for
    what is no requirement (PEP 508).
    """
    lacking = sorted(_lacking(name, requirements, wheels))
    if lacking:
        raise LockError(
            f"the build of `{name}` also requires `{lacking[0]}`, which is not locked for it",
            details=[f"and `{text}`" for text in lacking[1:]],
            hints=("run `assemble lock`, or `assemble build --lock`",),
        )


def _lacking(
    name: str, requirements: Iterable[str], wheels: Sequence[DistributionFile]
) -> Iterator[str]:
    known = dict(parse_wheel_filename(wheel.filename)[:2] for wheel in wheels)
    for text in requirements:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            raise PartError(
                f"the back end of `{name}` requires `{text}`, which is no requirement"
            ) from None
        version = known.get(canonicalize_name(requirement.name))
        held = version and requirement.specifier.contains(version, prereleases=True)
        if not held and requirement.marker is None:
            yield text
