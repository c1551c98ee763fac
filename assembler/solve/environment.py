"""The environments that are solved for: targets with equal markers, on one Python."""

import re
from collections.abc import Callable, Iterable, Mapping

from packaging.markers import Marker, UndefinedComparison, UndefinedEnvironmentName
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from assembler.model.platforms import marker_environment, tags
from assembler.model.target import Target

PythonVersion = tuple[int, int, int]
TagRanks = Mapping[str, int]

_TAG_PARTS = 3
_PATCH_VARIABLES = ("python_full_version", "implementation_version")


class Environment:
    """Targets whose marker environments are equal, on a full Python version.

    `breaks` collects the patch numbers of the minor version at which something that was asked here
    would have been answered differently; `asked_of_patch` has those of each question, as often as
    it was asked. `unfit` is the rank of what fits no target.
    """

    def __init__(
        self,
        targets: tuple[Target, ...],
        python: PythonVersion,
        ranking: "Ranking | None" = None,
    ) -> None:
        self.targets = targets
        self.python = python
        self.breaks: set[int] = set()
        self.asked_of_patch: list[frozenset[int]] = []
        self.minor = f"{python[0]}.{python[1]}"
        self.unfit: tuple[int | None, ...] = (None,) * len(targets)
        self._markers = self._environment_at(python[2])
        self._literal = re.compile(rf"(?<![\d.]){python[0]}\.{python[1]}(?:\.(\d+))?(?!\d)")
        self._verdicts: dict[tuple[str, str], bool] = {}
        self._pythons: dict[str, bool] = {}
        self._of_patch: dict[str, frozenset[int]] = {}
        self._ranking = ranking or Ranking(targets, self.minor)

    def on_patch(self, python: PythonVersion) -> "Environment":
        """The same with another patch of the minor version."""
        return Environment(self.targets, python, self._ranking)

    @property
    def python_version(self) -> str:
        """The full Python version."""
        return f"{self.minor}.{self.python[2]}"

    def holds(self, marker: Marker, text: str, extra: str) -> bool:
        """Whether a marker holds here, for an extra or (empty) for none."""
        found = self._verdicts.get((text, extra))
        if found is None:
            found = self._verdicts[text, extra] = self._evaluate(marker, extra, self._markers)
            if any(variable in text for variable in _PATCH_VARIABLES):
                self._note_breaks(
                    text, lambda at: self._evaluate(marker, extra, self._environment_at(at))
                )
        self._note_asked(text)
        return found

    def admits_python(self, requires_python: str | None) -> bool:
        """Whether `Requires-Python` admits the Python; one that can't be read admits all."""
        if not requires_python:
            return True
        found = self._pythons.get(requires_python)
        if found is None:
            found = self._pythons[requires_python] = self._judge_python(requires_python)
        self._note_asked(requires_python)
        return found

    def rank(self, wheel: str) -> tuple[int | None, ...]:
        """For each target how good a wheel is by its file name, 0 the best, or `None`."""
        return self._ranking.rank(wheel)

    def _environment_at(self, patch: int) -> dict[str, str]:
        return marker_environment(self.targets[0], f"{self.minor}.{patch}")

    def _evaluate(self, marker: Marker, extra: str, environment: dict[str, str]) -> bool:
        try:
            return marker.evaluate({**environment, "extra": extra})
        except (UndefinedComparison, UndefinedEnvironmentName):
            return False

    def _judge_python(self, requires_python: str) -> bool:
        try:
            specifier = SpecifierSet(requires_python)
        except InvalidSpecifier:
            return True
        self._note_breaks(
            requires_python,
            lambda at: specifier.contains(f"{self.minor}.{at}", prereleases=True),
        )
        return specifier.contains(self.python_version, prereleases=True)

    def _note_breaks(self, text: str, judge: Callable[[int], bool]) -> None:
        patches = {int(found or 0) for found in self._literal.findall(text)}
        cuts = sorted({*patches, *(patch + 1 for patch in patches)} - {0})
        found = [cut for cut in cuts if judge(cut) != judge(cut - 1)]
        if found:
            self.breaks.update(found)
            self._of_patch[text] = frozenset(found)

    def _note_asked(self, text: str) -> None:
        if text in self._of_patch:
            self.asked_of_patch.append(self._of_patch[text])


class Ranking:
    """How good wheels are for targets with a minor version of Python."""

    def __init__(self, targets: tuple[Target, ...], minor: str) -> None:
        self._targets = targets
        self._minor = minor
        self._ranks: tuple[TagRanks, ...] = ()
        self._platforms: frozenset[str] = frozenset()
        self._ranked: dict[str, tuple[int | None, ...]] = {}

    def rank(self, wheel: str) -> tuple[int | None, ...]:
        """For each target how good a wheel is by its file name, 0 the best, or `None`."""
        behind_version = wheel[wheel.find("-", wheel.find("-") + 1) + 1 :]
        found = self._ranked.get(behind_version)
        if found is None:
            found = self._rank(tag_set(wheel))
            if behind_version.count("-") >= _TAG_PARTS - 1:
                self._ranked[behind_version] = found
        return found

    def _rank(self, tags: str) -> tuple[int | None, ...]:
        if not self._ranks:
            self._ranks = tuple(_ranks(target, self._minor) for target in self._targets)
            known = (tag for ranks in self._ranks for tag in ranks)
            self._platforms = frozenset(tag.rpartition("-")[2] for tag in known)
        platforms = tags.lower().rpartition("-")[2].split(".")
        if self._platforms.isdisjoint(platforms):
            return (None,) * len(self._ranks)
        single = tuple(_expanded(tags))
        return tuple(_best(ranks, single) for ranks in self._ranks)


def tag_set(wheel: str) -> str:
    """The compressed tag set of a wheel's file name, `cp312-cp312-win_amd64`."""
    parts = wheel.removesuffix(".whl").rsplit("-", _TAG_PARTS)
    return "-".join(parts[1:])


def marker_classes(targets: Iterable[Target]) -> tuple[tuple[Target, ...], ...]:
    """Group targets whose marker environments and Pythons are equal, in the order of names."""
    groups: dict[tuple[str, tuple[tuple[str, str], ...]], list[Target]] = {}
    for target in sorted(targets, key=lambda target: target.name):
        key = (target.python, tuple(sorted(marker_environment(target, "3").items())))
        groups.setdefault(key, []).append(target)
    return tuple(tuple(group) for group in groups.values())


def _ranks(target: Target, minor: str) -> TagRanks:
    ranks: dict[str, int] = {}
    for rank, tag in enumerate(tags(target, minor)):
        ranks.setdefault(str(tag), rank)
    return ranks


def _expanded(tags: str) -> Iterable[str]:
    parts = tags.lower().split("-")
    if len(parts) != _TAG_PARTS:
        return ()
    interpreters, abis, platforms = (part.split(".") for part in parts)
    return (
        f"{interpreter}-{abi}-{platform}"
        for interpreter in interpreters
        for abi in abis
        for platform in platforms
    )


def _best(ranks: TagRanks, single: tuple[str, ...]) -> int | None:
    return min((ranks[tag] for tag in single if tag in ranks), default=None)
