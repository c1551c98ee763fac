"""Why no version of a distribution is left: the class of cause, in one plain sentence."""

from collections.abc import Iterable

import msgspec
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from assembler.model.url import shown
from assembler.solve.catalogue import Entry, Page
from assembler.solve.offers import Refusal, Rejection
from assembler.solve.problem import Problem
from assembler.solve.requirements import Bound

_SHOWN_TAGS = 4


class Cause(msgspec.Struct, frozen=True):
    """A sentence, and what may help."""

    sentence: str
    hints: tuple[str, ...] = ()


def cause(problem: Problem, name: str, bounds: Iterable[Bound]) -> Cause:
    """Why the demands on a name leave no version of it, or each that is left can't be used."""
    wanted = sorted(
        {*bounds, *problem.by_name.get(name, frozenset())}, key=lambda bound: bound.text
    )
    page = problem.shelf.catalogue.page(name)
    newest = page.newest
    if newest is None:
        return Cause(f"there is no distribution `{name}` on {shown(page.index or '')}")
    matching = [entry for entry in page.entries if all(bound.admits(entry) for bound in wanted)]
    if not matching:
        return _no_version(page, newest, wanted)
    yanked = any(bound.exact for bound in wanted)
    for entry in matching:
        offer = problem.shelf.offer(entry, yanked=yanked)
        if isinstance(offer, Refusal):
            return _refused(problem, offer)
    return Cause(f"no version of `{name}` goes with the rest")


def _no_version(page: Page, newest: Entry, wanted: list[Bound]) -> Cause:
    texts = [f"`{page.name}{bound.text}`" for bound in wanted if bound.text]
    if newest.own:
        return Cause(
            f"`{page.name}` is {newest.own.whence}: its version is "
            f"{newest.text}, which {_joined(texts)} leaves out"
        )
    if any(not any(bound.admits(entry) for entry in page.entries) for bound in wanted):
        alone = [
            f"`{page.name}{bound.text}`"
            for bound in wanted
            if not any(bound.admits(entry) for entry in page.entries)
        ]
        return Cause(f"no version of `{page.name}` satisfies {alone[0]}: {_newest(newest)}")
    return Cause(
        f"no version of `{page.name}` satisfies {_joined(texts)} together: {_newest(newest)}"
    )


def _newest(entry: Entry) -> str:
    kind = ", a pre-release" if entry.prerelease else ""
    return f"the newest is {entry.text}{kind}"


def _refused(problem: Problem, refusal: Refusal) -> Cause:
    version = f"`{refusal.entry.name} {refusal.entry.version}`"
    kinds = {rejection.kind: rejection for rejection in refusal.rejections}
    if found := kinds.get("sdist"):
        return _sdist_alone(problem, refusal, version, found)
    if found := kinds.get("newer"):
        until = problem.shelf.exclude_newer
        return Cause(f"{version} is out for `exclude-newer` ({until}): {found.reason}")
    if found := kinds.get("python"):
        return python_cause(problem, f"{version} {found.reason}")
    if found := kinds.get("yanked"):
        return Cause(
            f"{version} is {found.reason}",
            (f"to use it all the same, require `{refusal.entry.name}=={refusal.entry.version}`",),
        )
    if "wheel" in kinds:
        return Cause(f"{version} has no wheel for {_targets(problem)}; it has {_tags(refusal)}")
    unbuilt = kinds.get("source")
    return Cause(f"{version} {unbuilt.reason if unbuilt else 'has no files'}")


def _sdist_alone(problem: Problem, refusal: Refusal, version: str, rejection: Rejection) -> Cause:
    hint = f'add `"{refusal.entry.name}"` to `lock.sdists` to build it from source'
    if any(other.kind == "wheel" for other in refusal.rejections):
        sentence = (
            f"{version} has no wheel for {_targets(problem)}, only an sdist; it has wheels for "
            f"{_tags(refusal)}"
        )
        return Cause(sentence, (hint,))
    return Cause(f"{version} has only an sdist, `{rejection.filename}`", (hint,))


def python_cause(problem: Problem, sentence: str) -> Cause:
    """A cause that is about `Requires-Python`, with the patch that would do if there is one."""
    environment = problem.shelf.environment
    requires = sentence.rpartition(" Python `")[2].rstrip("`")
    hints = tuple(
        f'say `python = "{environment.minor}.{patch}"` if older patches need not be served'
        for patch in sorted(environment.breaks)
        if patch > environment.python[2] and _contains(requires, f"{environment.minor}.{patch}")
    )
    return Cause(
        f"{sentence}, and `{problem.program}` must run on {environment.python_version}", hints[:1]
    )


def _contains(requires_python: str, version: str) -> bool:
    try:
        return SpecifierSet(requires_python).contains(version, prereleases=True)
    except InvalidSpecifier:
        return False


def _targets(problem: Problem) -> str:
    return " and ".join(f"`{target.name}`" for target in problem.shelf.environment.targets)


def _tags(refusal: Refusal) -> str:
    tags = [
        rejection.reason.split("`")[1]
        for rejection in refusal.rejections
        if rejection.kind == "wheel"
    ]
    shown_tags = sorted(set(tags))
    more = f" and {len(shown_tags) - _SHOWN_TAGS} more" if len(shown_tags) > _SHOWN_TAGS else ""
    return ", ".join(f"`{tag}`" for tag in shown_tags[:_SHOWN_TAGS]) + more


def _joined(texts: list[str]) -> str:
    return " and ".join(texts)
