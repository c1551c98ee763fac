"""What markers can tell of targets, and the shortest words that tell some of them from the rest.

Targets whose marker environments are equal (glibc and musl) are one class: markers can't tell them
apart, only wheel tags do.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import permutations
from typing import TypeAlias

import msgspec

from assembler.model.platforms import marker_environment
from assembler.model.target import Target

Class: TypeAlias = tuple[str, ...]
"""The values of the telling variables, which all targets of a class have in common."""

Conjunction: TypeAlias = tuple[str, ...]
Alternatives: TypeAlias = tuple[Conjunction, ...]
"""A marker in disjunctive form; one empty conjunction always holds."""

ALWAYS: Alternatives = ((),)
PLATFORM = ("sys_platform", "platform_machine")
_OF_PYTHON = frozenset({"python_version", "python_full_version", "implementation_version"})
_ANY_PYTHON = "3.12.0"
_MOST_ORDERS = 3


class Platforms(msgspec.Struct, frozen=True):
    """The classes of a lock's targets, told apart by `variables`."""

    variables: tuple[str, ...]
    of_target: Mapping[str, Class]

    @property
    def classes(self) -> frozenset[Class]:
        """All classes."""
        return frozenset(self.of_target.values())


def platforms(targets: Iterable[Target]) -> Platforms:
    """Put targets into classes."""
    environments = {
        target.name: {
            variable: text
            for variable, text in marker_environment(target, _ANY_PYTHON).items()
            if variable not in _OF_PYTHON
        }
        for target in targets
    }
    variables = (*PLATFORM, *_further(tuple(environments.values())))
    return Platforms(
        variables,
        {
            name: tuple(environment[variable] for variable in variables)
            for name, environment in environments.items()
        },
    )


def environments(known: Platforms) -> tuple[str, ...]:
    """One marker for each class; no environment meets two of them."""
    return tuple(
        " and ".join(
            compared(variable, "==", text)
            for variable, text in zip(known.variables, values, strict=True)
        )
        for values in sorted(known.classes)
    )


def telling(chosen: frozenset[Class], known: Platforms) -> Alternatives:
    """The shortest marker that holds for the chosen classes and for no other class."""
    places = range(len(known.variables))
    orders = permutations(places) if len(places) <= _MOST_ORDERS else [tuple(places)]
    found = [tuple(_tell(chosen, known.classes, order, known.variables)) for order in orders]
    return min(found, key=lambda alternatives: len(str(alternatives)))


def compared(variable: str, operator: str, text: str) -> str:
    """Write one comparison of a marker."""
    quote = '"' if "'" in text else "'"
    return f"{variable} {operator} {quote}{text}{quote}"


def _further(environments: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """The variables in which targets of one platform differ."""
    names = sorted({name for environment in environments for name in environment})
    return tuple(
        name
        for name in names
        if name not in PLATFORM
        and any(
            one[name] != other[name]
            for one in environments
            for other in environments
            if all(one[variable] == other[variable] for variable in PLATFORM)
        )
    )


def _tell(
    chosen: frozenset[Class],
    among: frozenset[Class],
    order: Sequence[int],
    variables: Sequence[str],
) -> Iterator[Conjunction]:
    if chosen == among:
        yield ()
        return
    place, *rest = order
    groups: dict[str, frozenset[Class]] = {
        text: frozenset(values for values in among if values[place] == text)
        for text in sorted({values[place] for values in among})
    }
    if left_out := _all_but(chosen, groups):
        yield (compared(variables[place], "!=", left_out),)
        return
    for text, group in groups.items():
        if inside := chosen & group:
            lead = (compared(variables[place], "==", text),) if len(groups) > 1 else ()
            for tail in _tell(inside, group, rest, variables):
                yield lead + tail


def _all_but(chosen: frozenset[Class], groups: Mapping[str, frozenset[Class]]) -> str:
    """The one value that no chosen class has, where all classes of the other values are chosen."""
    outside = [text for text, group in groups.items() if not group <= chosen]
    lone = outside[0] if len(outside) == 1 and len(groups) > len(("it", "another")) else ""
    return lone if lone and not groups[lone] & chosen else ""
