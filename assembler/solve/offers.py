"""Which files of a version an environment can use, and why it can't use the others."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal, TypeAlias

import msgspec

from assembler.model.distribution import CoreMetadata, DistributionFile
from assembler.model.sources import FixedSource
from assembler.solve.catalogue import Catalogue, Entry, Unreadable
from assembler.solve.environment import Environment, tag_set
from assembler.solve.question import OwnDistribution, OwnWheel, Policy

UNTIMED = "its index gives no upload time"

Kind: TypeAlias = Literal["newer", "python", "wheel", "sdist", "source", "yanked", "prerelease"]


class Rejection(msgspec.Struct, frozen=True):
    """A file that can't be used: the class of cause, and the reason in words."""

    kind: Kind
    filename: str
    reason: str


class Refusal(msgspec.Struct, frozen=True, eq=False):
    """A version without files for every target, and why each file was rejected."""

    entry: Entry
    rejections: tuple[Rejection, ...]


class Offer(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """A version that the environment can use: its wheels, best first, and the sdist if needed.

    `file` is the one whose metadata counts; an own distribution has none, but `own_wheel` where it
    has several.
    """

    entry: Entry
    index: str | None = None
    wheels: tuple[DistributionFile, ...] = ()
    sdist: DistributionFile | None = None
    file: DistributionFile | None = None
    own_wheel: OwnWheel | None = None

    def metadata(self, catalogue: Catalogue) -> CoreMetadata | Unreadable:
        """Its core metadata."""
        if self.own_wheel:
            return self.own_wheel.metadata
        return catalogue.metadata(self.entry, self.file)

    @property
    def fixed(self) -> FixedSource | None:
        """The archive or commit that an own distribution comes from."""
        if self.own_wheel:
            return self.own_wheel.source
        return self.entry.own.fixed if self.entry.own else None

    @property
    def slow(self) -> bool:
        """Whether an sdist tells what it needs: fetched whole, and built perhaps."""
        return self.file is not None and self.file is self.sdist


class Judge:
    """Judges versions for one environment, under one policy."""

    def __init__(self, environment: Environment, policy: Policy) -> None:
        self._environment = environment
        self._policy = policy

    def judge(self, entry: Entry, *, yanked: bool) -> Offer | Refusal:
        """The version as the environment can use it; `yanked` files count only where pinned."""
        if entry.own:
            return self._own(entry, entry.own)
        keep = _Keeping(self._rejection(entry), yanked=yanked)
        built = entry.name in self._policy.from_source
        wheels, covered = (
            self._no_wheels(entry, keep) if built else self._usable_wheels(entry, keep)
        )
        sdist = self._sdist(entry, keep) if not all(covered) else None
        if all(covered) or sdist:
            file = wheels[0] if wheels else sdist
            return Offer(entry=entry, index=entry.index, wheels=wheels, sdist=sdist, file=file)
        return Refusal(entry, keep.rejections())

    def _own(self, entry: Entry, own: OwnDistribution) -> Offer | Refusal:
        """Own distributions are built for every target, but for wheels: of these one must fit."""
        names = [wheel.filename for release in entry.releases for wheel in release.wheels]
        if not names:
            return Offer(entry=entry)
        ranks = {name: self._environment.rank(name) for name in names}
        fitting = [name for name in names if None not in ranks[name]]
        if not fitting:
            return Refusal(entry, tuple(_misfit(name) for name in names))
        best = min(fitting, key=lambda name: (*(rank or 0 for rank in ranks[name]), name))
        chosen = (wheel for wheel in own.wheels if wheel.source.filename == best)
        return Offer(entry=entry, own_wheel=next(chosen, None))

    def _usable_wheels(
        self, entry: Entry, keep: "_Keeping"
    ) -> tuple[tuple[DistributionFile, ...], tuple[bool, ...]]:
        environment = self._environment
        ranked: list[tuple[tuple[int, ...], DistributionFile]] = []
        covered = [False] * len(environment.targets)
        for wheel in (wheel for release in entry.releases for wheel in release.wheels):
            ranks = environment.rank(wheel.filename)
            if ranks == environment.unfit:
                keep.note_misfit(wheel)
            elif keep(wheel):
                best = min(rank for rank in ranks if rank is not None)
                ranked.append(((best, *_build_number(wheel.filename)), wheel))
                covered = [
                    had or rank is not None for had, rank in zip(covered, ranks, strict=True)
                ]
        ranked.sort(key=lambda pair: (pair[0], pair[1].filename))
        return tuple(wheel for _, wheel in ranked), tuple(covered)

    def _no_wheels(
        self, entry: Entry, keep: "_Keeping"
    ) -> tuple[tuple[DistributionFile, ...], tuple[bool, ...]]:
        """What there is to use of a version that must be built."""
        for wheel in (wheel for release in entry.releases for wheel in release.wheels):
            keep.note("source", wheel, "has no sdist, and `lock.from-source` says to build it")
        return (), (False,)

    def _sdist(self, entry: Entry, keep: "_Keeping") -> DistributionFile | None:
        sdists = [
            release.sdist for release in entry.releases if release.sdist and keep(release.sdist)
        ]
        if not sdists:
            return None
        allowed = {*self._policy.sdists, *self._policy.from_source}
        if not allowed & {entry.name, "any"}:
            keep.note("sdist", sdists[0], f"only an sdist; add `{entry.name}` to `lock.sdists`")
            return None
        return sdists[0]

    def _rejection(self, entry: Entry) -> Callable[[DistributionFile], tuple[Kind, str] | None]:
        """Why a file of a version can't be used, pinned or not."""
        cutoffs = self._policy.exclude_newer
        until = _instant(cutoffs.of(entry.name, entry.index))
        timed = entry.index not in cutoffs.untimed

        def reason(file: DistributionFile) -> tuple[Kind, str] | None:
            if until and (late := _late(file, until, timed=timed)):
                return "newer", late
            if not self._environment.admits_python(file.requires_python):
                return "python", f"needs Python `{file.requires_python}`"
            return None

        return reason


def _late(file: DistributionFile, until: datetime, *, timed: bool) -> str:
    """Why a file counts as uploaded too late; empty if it does not."""
    uploaded = _instant(file.upload_time)
    if uploaded is None:
        return UNTIMED if timed else ""
    return f"uploaded {uploaded.date()}" if uploaded > until else ""


def _misfit(filename: str) -> Rejection:
    return Rejection("wheel", filename, f"`{tag_set(filename)}` does not fit")


class _Keeping:
    """Decides on files, remembering why one is rejected."""

    def __init__(
        self,
        reject: Callable[[DistributionFile], tuple[Kind, str] | None],
        *,
        yanked: bool,
    ) -> None:
        self._reject = reject
        self._yanked = yanked
        self._rejected: list[Rejection | DistributionFile] = []

    def __call__(self, file: DistributionFile) -> bool:
        reason = self._reject(file)
        if reason is None and file.yanked is not None and not self._yanked:
            reason = ("yanked", f"yanked: {file.yanked}" if file.yanked else "yanked")
        if reason is not None:
            self.note(reason[0], file, reason[1])
        return reason is None

    def note(self, kind: Kind, file: DistributionFile, reason: str) -> None:
        """Remember a rejection."""
        self._rejected.append(Rejection(kind, file.filename, reason))

    def note_misfit(self, wheel: DistributionFile) -> None:
        """Remember a wheel whose tags do not fit, as most of a version's do not."""
        self._rejected.append(wheel)

    def rejections(self) -> tuple[Rejection, ...]:
        """What was rejected, in words."""
        return tuple(
            one if isinstance(one, Rejection) else _misfit(one.filename) for one in self._rejected
        )


def _build_number(filename: str) -> tuple[int, ...]:
    parts = filename.split("-")
    digits = "".join(character for character in parts[2] if character.isdigit())
    return (-int(digits),) if len(parts) == _PARTS_WITH_BUILD and digits else (0,)


_PARTS_WITH_BUILD = 6


def _instant(text: str | None) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
