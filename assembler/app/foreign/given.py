"""What recipes are given by the assembler that asks them, checked against what they require."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from assembler import __version__
from assembler.errors import MachineError
from assembler.model.distribution import CoreMetadata
from assembler.model.foreign import RecipeDistribution

GIVEN: Mapping[str, str] = {"assembler": __version__, "msgspec": msgspec.__version__}
"""The distributions that a recipe is given, with their versions."""


def check_given(
    source: RecipeDistribution,
    distributions: Sequence[CoreMetadata],
    environment: Mapping[str, str],
) -> None:
    """Raise `MachineError` for what an entry's distributions require and are not given.

    `environment` holds the variables of markers.
    """
    for distribution in distributions:
        for requirement in _required(distribution, environment):
            name = canonicalize_name(requirement.name)
            if name in GIVEN and not requirement.specifier.contains(GIVEN[name], prereleases=True):
                raise MachineError(
                    f"the recipes `{source.name}` need {name}{requirement.specifier}, "
                    f"and this is {GIVEN[name]}",
                    origin=source.origin,
                    details=(f"`{distribution.name}` {distribution.version} requires it",),
                    hints=(f"install another {name} beside it, or narrow the requirement",),
                )


def _required(distribution: CoreMetadata, environment: Mapping[str, str]) -> Iterator[Requirement]:
    for line in distribution.requires_dist:
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            continue
        if requirement.marker is None or requirement.marker.evaluate({**environment, "extra": ""}):
            yield requirement
