"""What a lock's programs have built for them: source trees, and sdists where no wheel fits."""

from collections.abc import Iterator, Mapping

import msgspec

from assembler.lock.ranks import Ranks
from assembler.lock.selection import chosen
from assembler.model.distribution import DistributionFile
from assembler.model.lock import Lock
from assembler.model.names import normalised_name
from assembler.model.platforms import tags
from assembler.model.resolution import Cell, Pin, TreeSource
from assembler.model.sources import FixedSource, RepositorySource


class Build(msgspec.Struct, frozen=True, kw_only=True):
    """A distribution that is built for a Python, on these targets.

    `group` is its dependency group in the lock of build requirements. It has a `tree`, or
    `fixed`, or else an `sdist`; `python` is what its programs say (`3.12`, or `3.12.4`).
    """

    group: str
    name: str
    python: str
    targets: tuple[str, ...]
    tree: TreeSource | None = None
    sdist: DistributionFile | None = None
    fixed: FixedSource | None = None


def builds(lock: Lock) -> Mapping[str, Build]:
    """What is built on any target, by group, in the order of groups."""
    found: dict[str, Build] = {}
    for pin, sdist, cell in _built(lock):
        group = group_of_pin(pin, lock.inputs[cell.program].python)
        before = found[group].targets if group in found else ()
        found[group] = Build(
            group=group,
            name=pin.name,
            python=lock.inputs[cell.program].python,
            targets=tuple(sorted({*before, cell.target})),
            tree=pin.tree,
            sdist=sdist,
            fixed=pin.fixed,
        )
    return dict(sorted(found.items()))


def group_of_pin(pin: Pin, python: str) -> str:
    """The dependency group of what a pin is built with for a Python."""
    return group_of(pin.name, None if pin.tree else pin.version, python)


def group_of(name: str, version: str | None, python: str) -> str:
    """The dependency group of what a distribution is built with for a Python.

    `version` is `None` for a source tree of the project: it is built whatever its version is.
    """
    text = f"-{version.replace('!', '-epoch-').replace('+', '-local-')}" if version else ""
    return normalised_name(f"{name}{text}-python-{python}")


def _built(lock: Lock) -> Iterator[tuple[Pin, DistributionFile | None, Cell]]:
    targets = {target.name: target for target in lock.targets}
    known: dict[tuple[str, str], Ranks] = {}
    for cell, pins in sorted(lock.cells.items()):
        minor = f"{cell.python.major}.{cell.python.minor}"
        for pin in pins:
            if pin.tree or (pin.fixed and _is_source(pin.fixed)):
                yield pin, None, cell
            elif pin.sdist:
                if (cell.target, minor) not in known:
                    known[cell.target, minor] = Ranks(tags(targets[cell.target], minor))
                selected = chosen(pin, cell, known[cell.target, minor])
                if selected.wheel is None:
                    yield pin, selected.sdist, cell


def _is_source(source: FixedSource) -> bool:
    """Whether it is anything but a wheel."""
    return isinstance(source, RepositorySource) or not source.filename.endswith(".whl")
