"""The key of a part: the hash of its steps and of the keys that these depend on."""

from collections.abc import Iterator, Mapping, Sequence

from assembler.model.canonical import digest
from assembler.model.places import relocatable
from assembler.model.step import (
    AtDeployment,
    CheckOutput,
    LinkSources,
    LinkWheels,
    MakeSymlink,
    RunCommand,
    Step,
    WriteLiveFile,
)
from assembler.model.text import Place, Text, unquoted
from assembler.model.undo import Undo
from assembler.plan.texts import texts

FORMAT = 1
"""Counts up when equal steps are performed differently."""

_SHOWN = 12


def key(
    steps: Sequence[Step],
    edges: Mapping[str, str],
    *,
    prefix: str,
    project: str,
    remade: int = 0,
) -> str:
    """The key of a part, in hexadecimal.

    `edges` are the keys of the parts that it needs or refers to; prefix and checkout count where
    bytes of the part hold them.
    """
    roots = _held_roots(steps)
    held = (prefix if roots - {"project"} else "", project if "project" in roots else "")
    return digest((FORMAT, tuple(steps), sorted(edges.items()), held, remade))


def directory(part: str, part_key: str) -> str:
    """The name of a part's directory."""
    return f"{part}-{part_key[:_SHOWN]}"


def baked(steps: Sequence[Step]) -> bool:
    """Whether bytes that these steps make hold the prefix or the checkout."""
    return bool(_held_roots(steps))


def _held_roots(steps: Sequence[Step]) -> frozenset[str]:
    """The roots of the places that bytes of these steps hold; those of a command may hold any."""
    found = {place.root for place in _places(steps)}
    runs = any(isinstance(step, RunCommand) for step in steps)
    return frozenset({*found, "prefix"} if runs else found)


def _places(steps: Sequence[Step]) -> Iterator[Place]:
    for step in steps:
        for text in _written(step):
            pieces = (unquoted(piece) for piece in text.pieces)
            yield from (piece for piece in pieces if isinstance(piece, Place))


def _written(step: Step) -> Iterator[Text]:
    """The texts that are written as they are; a link inside the prefix is made relative.

    A live file stands outside the part, and what undoes a part is remembered elsewhere.
    """
    if isinstance(step, CheckOutput | WriteLiveFile | AtDeployment | Undo):
        return
    links = isinstance(step, MakeSymlink | LinkWheels | LinkSources)
    for _, text in texts(step):
        if not (links and relocatable(text)):
            yield text
