"""Overrides: what counts instead of what anyone asks of a distribution."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import msgspec
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

from assembler.errors import AssemblerError, ConfigurationError, raise_all
from assembler.model.project import Override
from assembler.solve.requirements import Bound, Requirement, Requirements


class ParsedOverride(msgspec.Struct, frozen=True, eq=False):
    """An override with the bound that counts; `None` where the distribution is excluded."""

    override: Override
    name: str
    bound: Bound | None

    @property
    def text(self) -> str:
        """What counts, as a requirement."""
        return self.name if self.bound is None else f"{self.name}{self.bound.text}"

    @property
    def reason(self) -> str:
        """The override in words, with the reason that is given for it."""
        because = self.override.because.strip()
        return f"the override `{self.text}`" + (f" ({because})" if because else "")


Overrides: TypeAlias = Mapping[str, ParsedOverride]


def parse_overrides(overrides: Iterable[Override], requirements: Requirements) -> Overrides:
    """Parse overrides by name; a later one takes the place of an earlier one.

    Raises `ConfigurationError`s, all at once.
    """
    counting = {canonicalize_name(override.name): override for override in overrides}
    parsed: dict[str, ParsedOverride] = {}
    errors: list[AssemblerError] = []
    for name, override in sorted(counting.items()):
        if override.exclude:
            parsed[name] = ParsedOverride(override, name, None)
        elif override.specifier is not None:
            try:
                bound = requirements.bound(SpecifierSet(override.specifier))
            except InvalidSpecifier:
                errors.append(_no_specifier(override))
                continue
            parsed[name] = ParsedOverride(override, name, bound)
    raise_all(errors)
    return parsed


def overridden(
    requirement: Requirement, overrides: Overrides, requirements: Requirements
) -> Requirement | None:
    """What counts instead of a requirement; `None` where its distribution is excluded."""
    override = overrides.get(requirement.name)
    if override is None:
        return requirement
    return requirements.rebound(requirement, override.bound) if override.bound else None


def _no_specifier(override: Override) -> ConfigurationError:
    return ConfigurationError(
        f"`{override.specifier}` is not a version specifier (override of `{override.name}`)",
        origin=override.origin,
        hints=["a specifier looks like `==2.2.1`, `<3` or `>=1.2,<2`"],
    )
