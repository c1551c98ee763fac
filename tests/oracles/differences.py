"""Where another tool's answer differs from the solver's: which of three ways it is."""

from collections.abc import Iterator
from typing import Literal, TypeAlias

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from tests.oracles.tools import Case, Pins
from tests.property.test_solve_oracle import combinations, raises, reached, valid

Difference: TypeAlias = Literal["another newest", "not newest", "pre-releases"]


def difference(case: Case, ours: Pins | None, theirs: Pins | None) -> Difference | None:
    """The way in which two answers differ; `None` if they don't.

    It is decided from the index alone, by trying combinations. Raises `AssertionError` where an
    answer does not hold, or where they differ in no known way.
    """
    assert ours is None or _holds(case, ours, strict=False), "the solver's answer does not hold"
    assert theirs is None or _would_hold(case, theirs), "the other answer does not hold"
    if ours == theirs:
        return None
    if ours is None:
        assert not any(_answers(case)), "the solver missed an answer"
        return "pre-releases"
    if theirs is None:
        assert all(map(_has_prerelease, _answers(case))), "the other tool missed an answer"
        return "pre-releases"
    return _of_answers(case, theirs)


def _of_answers(case: Case, theirs: Pins) -> Difference:
    """The way in which an answer differs that would hold, from one that is newest."""
    if not _holds(case, theirs):
        assert _has_prerelease(theirs), "the other answer does not hold"
        return "pre-releases"
    newer = list(raises(case.described, case.roots, case.limits, theirs))
    if not newer:
        return "another newest"
    early = all(Version(version).is_prerelease for version in newer)
    return "pre-releases" if early else "not newest"


def _holds(case: Case, pins: Pins, *, strict: bool = True) -> bool:
    return valid(case.described, case.roots, case.limits, pins, strict=strict)


def _would_hold(case: Case, pins: Pins) -> bool:
    """Whether pins would be an answer if every pre-release were let in."""
    demanded = reached(case.described, case.roots, pins)
    return (
        demanded is not None
        and demanded.keys() == pins.keys()
        and all(
            specifier.contains(pins[name], prereleases=True)
            for name, specifiers in demanded.items()
            for specifier in (*specifiers, SpecifierSet(case.limits.get(name, "")))
        )
    )


def _answers(case: Case) -> Iterator[Pins]:
    """Every answer that there is."""
    return (pins for pins in combinations(case.described) if _holds(case, pins))


def _has_prerelease(pins: Pins) -> bool:
    return any(Version(version).is_prerelease for version in pins.values())
