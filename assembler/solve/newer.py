"""Versions above a chosen one, and why an environment can't use them."""

from collections.abc import Iterable

import msgspec
from packaging.version import Version

from assembler.model.target import PythonRange, Target
from assembler.ports import Index
from assembler.solve.catalogue import Catalogue, Entry
from assembler.solve.environment import Environment, marker_classes
from assembler.solve.offers import Judge, Refusal, Rejection
from assembler.solve.question import Policy
from assembler.solve.routes import Routes

_TELLING = ("newer", "python", "sdist", "wheel")


class Above(msgspec.Struct, frozen=True):
    """The newest version above another one; `reason` says why it can't be used, empty if it can."""

    version: str
    reason: str


class Newer:
    """Looks for newer versions than chosen ones, by the rules that they were chosen by."""

    def __init__(
        self, index: Index, routes: Routes, policy: Policy, targets: Iterable[Target]
    ) -> None:
        self._catalogue = Catalogue(index, routes, {})
        self._policy = policy
        self._classes = {
            target.name: alike for alike in marker_classes(tuple(targets)) for target in alike
        }
        self._judges: dict[tuple[str, PythonRange], Judge] = {}

    def above(self, name: str, version: str, target: str, python: PythonRange) -> Above | None:
        """The newest version above this one, whatever anyone demands.

        Pre-releases count where they are allowed or the version is one; what is yanked does not.
        Raises `NetworkError`.
        """
        chosen = Version(version)
        allowed = self._policy.prereleases
        early = chosen.is_prerelease or "*" in allowed or name in allowed
        for entry in self._catalogue.on(self._classes[target][0]).page(name).entries:
            if entry.version <= chosen:
                break
            if entry.prerelease and not early:
                continue
            if (reason := self._reason(entry, target, python)) is not None:
                return Above(str(entry.version), reason)
        return None

    def _reason(self, entry: Entry, target: str, python: PythonRange) -> str | None:
        """Why the version can't be used, empty if it can; `None` if it does not count."""
        verdict = self._judge(target, python).judge(entry, yanked=False)
        if not isinstance(verdict, Refusal):
            return ""
        for kind in _TELLING:
            for rejection in verdict.rejections:
                if rejection.kind == kind:
                    return _words(rejection, target)
        return None

    def _judge(self, target: str, python: PythonRange) -> Judge:
        key = (target, python)
        if key not in self._judges:
            version = (python.major, python.minor, python.first)
            environment = Environment(self._classes[target], version)
            self._judges[key] = Judge(environment, self._policy)
        return self._judges[key]


def _words(rejection: Rejection, target: str) -> str:
    match rejection.kind:
        case "newer":
            return f"{rejection.reason}, and `exclude-newer` leaves it out"
        case "wheel":
            return f"no wheel for `{target}`"
        case _:
            return rejection.reason
