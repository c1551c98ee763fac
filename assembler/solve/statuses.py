"""What indexes say of whole distributions (PEP 792), in sentences."""

from collections.abc import Iterator

from assembler.model.distribution import ProjectStatus
from assembler.model.url import shown
from assembler.solve.closure import Closure
from assembler.solve.problem import Problem

_WORDS = {
    "archived": "no new releases are to be expected",
    "deprecated": "another distribution may have taken its place",
}


def quarantined(name: str, status: ProjectStatus, index: str) -> str:
    """Why a distribution has no versions although its index knows it."""
    reason = f" ({status.reason})" if status.reason else ""
    return f"`{name}` is quarantined on {index}{reason}: none of its files are offered"


def abandoned(problem: Problem, closure: Closure) -> Iterator[str]:
    """A sentence for each chosen distribution that its index says is archived or deprecated."""
    for name in sorted(closure.pins):
        page = problem.shelf.catalogue.page(name)
        if page.status is not None:
            words = _WORDS.get(page.status.marker, "")
            said = page.status.reason or words
            yield f"`{name}` is {page.status.marker} on {shown(page.index or '')}: {said}"
