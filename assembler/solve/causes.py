"""Why no version of a distribution is left: the class of cause, in one plain sentence."""

from collections.abc import Iterable, Iterator

import msgspec

from assembler.model.url import shown
from assembler.solve.catalogue import Entry, Page
from assembler.solve.environment import tag_set
from assembler.solve.misnamed import misnamed
from assembler.solve.offers import UNTIMED, Kind, Refusal, Rejection
from assembler.solve.problem import Problem
from assembler.solve.requirements import Bound
from assembler.solve.statuses import quarantined

_SHOWN_TAGS = 4
_JUDGED = 50
_TELLING: tuple[Kind, ...] = ("sdist", "newer", "python", "yanked", "wheel", "source")


class Cause(msgspec.Struct, frozen=True, eq=False):
    """A sentence, what may help though it is not tried, and the versions that were refused.

    `targets` are those that it is about, if not all that were solved together.
    """

    sentence: str
    hints: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    kinds: frozenset[Kind] = frozenset()
    targets: tuple[str, ...] = ()

    def refused(self, kind: Kind) -> Iterator[Refusal]:
        """The versions with a file that was rejected for this."""
        return (
            refusal
            for refusal in self.refusals
            if any(rejection.kind == kind for rejection in refusal.rejections)
        )


def cause(problem: Problem, name: str, bounds: Iterable[Bound]) -> Cause:
    """Why the demands on a name leave no version of it, or each that is left can't be used."""
    wanted = sorted(
        {*bounds, *problem.by_name.get(name, frozenset())}, key=lambda bound: bound.text
    )
    page = problem.shelf.catalogue.page(name)
    newest = page.newest
    if page.status is not None and page.status.is_quarantined:
        return Cause(quarantined(page.name, page.status, _index(problem, page)))
    if newest is None:
        sentence = f"there is no distribution `{name}` on {_index(problem, page)}"
        return Cause(sentence, misnamed(problem, name))
    matching = [entry for entry in page.entries if all(bound.admits(entry) for bound in wanted)]
    if not matching:
        return _no_version(problem, page, newest, wanted)
    yanked = any(bound.exact for bound in wanted)
    judged = (problem.shelf.offer(entry, yanked=yanked) for entry in matching[:_JUDGED])
    refusals = tuple(offer for offer in judged if isinstance(offer, Refusal))
    if refusals:
        return _all_refused(problem, refusals)
    return Cause(f"no version of `{name}` goes with the rest")


def _index(problem: Problem, page: Page) -> str:
    """The index that was asked, and who says so where it is not the default one."""
    url = shown(page.index or "")
    route = problem.shelf.catalogue.route(page.name)
    if route.default:
        return url
    return f"{url}, and index `{route.name}` ({route.origin}) says that it comes from there alone"


def _no_version(problem: Problem, page: Page, newest: Entry, wanted: list[Bound]) -> Cause:
    texts = [f"`{page.name}{bound.text}`" for bound in wanted if bound.text]
    if newest.own:
        return Cause(
            f"`{page.name}` is {newest.own.whence}: its version is "
            f"{newest.text}, which {_joined(texts)} leaves out"
        )
    tail = f"the newest is {_newest(newest)}"
    if not problem.shelf.catalogue.route(page.name).default:
        tail += f" on {_index(problem, page)}"
    alone = [
        f"`{page.name}{bound.text}`"
        for bound in wanted
        if not any(bound.admits(entry) for entry in page.entries)
    ]
    if alone:
        return Cause(f"no version of `{page.name}` satisfies {alone[0]}: {tail}")
    return Cause(f"no version of `{page.name}` satisfies {_joined(texts)} together: {tail}")


def _newest(entry: Entry) -> str:
    return f"{entry.text}, a pre-release" if entry.prerelease else entry.text


def _all_refused(problem: Problem, refusals: tuple[Refusal, ...]) -> Cause:
    """A sentence for the newest version that is refused, and for the newest of another kind."""
    by_kind: dict[Kind | None, list[Refusal]] = {}
    for refusal in refusals:
        by_kind.setdefault(_kind(refusal), []).append(refusal)
    sentences: list[str] = []
    hints: list[str] = []
    for same in list(by_kind.values())[:2]:
        reason = _refused(problem, same[0])
        alike = f" ({_counted(len(same) - 1)} likewise)" if len(same) > 1 else ""
        sentences.append(reason.sentence + alike)
        hints += reason.hints
    return Cause(
        "; ".join(sentences),
        tuple(dict.fromkeys(hints)),
        refusals,
        frozenset(kind for kind in by_kind if kind),
        _lacking(problem, refusals[0]) if set(by_kind) <= {"wheel"} else (),
    )


def _counted(older: int) -> str:
    return "1 older version" if older == 1 else f"{older} older versions"


def _kind(refusal: Refusal) -> Kind | None:
    kinds = {rejection.kind for rejection in refusal.rejections}
    has_wheels = any(release.wheels for release in refusal.entry.releases)
    return next((kind for kind in _TELLING if kind in kinds), "wheel" if has_wheels else None)


def _refused(problem: Problem, refusal: Refusal) -> Cause:
    version = f"`{refusal.entry.name} {refusal.entry.version}`"
    kind = _kind(refusal)
    found = next((each for each in refusal.rejections if each.kind == kind), None)
    if found is None or kind == "wheel":
        has = f"wheel that fits; it has {_tags(refusal)}" if kind else "files"
        return Cause(f"{version} has no {has}")
    if kind == "sdist":
        return _sdist_alone(refusal, version, found, builds=problem.shelf.policy.builds)
    if kind == "python":
        return python_cause(problem, f"{version} {found.reason}")
    if kind == "newer":
        return _late(problem, refusal, found)
    return Cause(f"{version} {'' if kind == 'source' else 'is '}{found.reason}")


def _late(problem: Problem, refusal: Refusal, rejection: Rejection) -> Cause:
    name, index = refusal.entry.name, refusal.entry.index
    until = problem.shelf.policy.exclude_newer.of(name, index)
    key, route = upload_key(problem, refusal.entry), problem.shelf.catalogue.route(name).name
    hint = f"if index `{route}` says no upload times, write `index.{route}.upload-time = false`"
    return Cause(
        f"`{name} {refusal.entry.version}` is out for `{key}` ({until}): {rejection.reason}",
        (hint,) if rejection.reason == UNTIMED else (),
    )


def upload_key(problem: Problem, entry: Entry) -> str:
    """The key of the rule about upload times that counts for a version."""
    match problem.shelf.policy.exclude_newer.counting(entry.name, entry.index):
        case "name":
            return f"exclude-newer.{entry.name}"
        case "index":
            return f"index.{problem.shelf.catalogue.route(entry.name).name}.exclude-newer"
        case "default":
            return "exclude-newer"


def _sdist_alone(refusal: Refusal, version: str, rejection: Rejection, *, builds: bool) -> Cause:
    hint = f'add `"{refusal.entry.name}"` to `lock.sdists` to build it from source'
    if builds:
        hint = "what distributions are built with must be wheels: name an index that has one"
    if any(other.kind == "wheel" for other in refusal.rejections):
        tags = _tags(refusal)
        return Cause(
            f"{version} has no wheel that fits, only an sdist; it has wheels for {tags}", (hint,)
        )
    return Cause(f"{version} has only an sdist, `{rejection.filename}`", (hint,))


def python_cause(problem: Problem, sentence: str) -> Cause:
    """A cause that is about `Requires-Python`."""
    python = problem.shelf.environment.python_version
    return Cause(
        f"{sentence}, and {problem.subject} must run on {python}", kinds=frozenset({"python"})
    )


def _lacking(problem: Problem, refusal: Refusal) -> tuple[str, ...]:
    """The targets for which a version has no wheel."""
    environment = problem.shelf.environment
    covered = [False] * len(environment.targets)
    for wheel in (wheel for release in refusal.entry.releases for wheel in release.wheels):
        for position, rank in enumerate(environment.rank(wheel.filename)):
            covered[position] = covered[position] or rank is not None
    return tuple(
        target.name for target, has in zip(environment.targets, covered, strict=True) if not has
    )


def _tags(refusal: Refusal) -> str:
    wheels = (wheel for release in refusal.entry.releases for wheel in release.wheels)
    shown_tags = sorted({tag_set(wheel.filename) for wheel in wheels})
    more = f" and {len(shown_tags) - _SHOWN_TAGS} more" if len(shown_tags) > _SHOWN_TAGS else ""
    return ", ".join(f"`{tag}`" for tag in shown_tags[:_SHOWN_TAGS]) + more


def _joined(texts: list[str]) -> str:
    return " and ".join(texts)
