"""Ways from a root down to a demand, as a search saw them."""

from collections import deque
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from assembler.solve.candidates import Candidate
from assembler.solve.problem import ParsedRoot
from assembler.solve.requirements import Demand

_BOTH = 2

Step: TypeAlias = tuple[Demand, Candidate | None]
"""A demand, and who makes it (`None`: a root)."""

Asked: TypeAlias = Mapping[str, Mapping[Step, None]]
"""Every step that was seen, by the identity that is demanded."""


def way(asked: Asked, demand: Demand, parent: Candidate | None) -> tuple[Step, ...]:
    """The shortest way from a root to a demand; empty if there is none."""
    start = (demand, parent)
    queue: deque[tuple[Step, ...]] = deque([(start,)])
    seen = {start}
    while queue:
        steps = queue.popleft()
        asker = steps[0][1]
        if asker is None:
            return steps
        for step in asked.get(asker.key, {}):
            if step not in seen and step[0].bound.admits(asker.entry):
                seen.add(step)
                queue.append((step, *steps))
    return ()


def line(roots: Iterable[ParsedRoot], asked: Asked, steps: tuple[Step, ...]) -> str:
    """A way in one line: the root with its place, then who needs what; empty without a root."""
    root = next((root for root in roots if steps and steps[0][0] in root.requirement.demands), None)
    if root is None:
        return ""
    text = place(root)
    for demand, parent in steps[1:]:
        if parent:
            text += f" → `{parent.key} {parent.entry.version}` needs `{demand.text}`"
            text += _others(asked, demand, parent)
    return text


def place(root: ParsedRoot) -> str:
    """A root and where it was written."""
    whose = f" of `{root.program}`" if root.program else ""
    return f"`{root.requirement.text}`{whose} ({root.root.origin})"


def _others(asked: Asked, demand: Demand, parent: Candidate) -> str:
    """How many versions of the asker were tried, and whether all ask the same."""
    said = {
        other.entry: step.text
        for step, other in asked.get(demand.key, {})
        if other is not None and other.key == parent.key
    }
    if len(said) <= 1:
        return ""
    if len(set(said.values())) == 1:
        every = "both" if len(said) == _BOTH else f"all {len(said)}"
        return f" ({every} versions tried say so)"
    return f" ({len(said)} versions tried; what they ask differs)"
