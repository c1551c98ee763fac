"""What `${parts.…}` and `${assembly.…}` mean."""

from collections.abc import Collection, Sequence

from assembler.config.keys import dotted, nearest
from assembler.config.node import Node
from assembler.config.values import Use
from assembler.model.text import Output, PartKey, Place, Text

_PLACES = ("prefix", "project")


def place(name: str, use: Use) -> Node:
    """The place named by `${assembly.NAME}`. Raises `ConfigurationError`."""
    if name == "prefix":
        return use.made(Text((Place("prefix"),)))
    if name == "project":
        return use.made(Text((Place("project"),)))
    hints = nearest(name, ("name", *_PLACES)) or ("`assembly` offers `name`, `prefix`, `project`",)
    raise use.fault(f"unknown name `{dotted(['assembly', name])}`", hints)


def output(
    path: Sequence[str], use: Use, parts: Collection[str], disabled: Collection[str]
) -> Node:
    """The output of another part, `${parts.NAME.OUTPUT…}`. Raises `ConfigurationError`."""
    part, *names = path
    if part not in parts:
        raise use.fault(f"unknown part `{part}`", nearest(part, parts))
    if part in disabled:
        raise use.fault(f"part `{part}` is disabled", ("take away its `enabled = false`",))
    if not names:
        hint = f"name one of its outputs, such as `${{{dotted(['parts', part, 'dir'])}}}`"
        raise use.fault(f"`{use.reference.written}` names a part, not an output of it", (hint,))
    edge = frozenset((part,))
    if part == use.scope and names[0] in ("bin", "dir", "name"):
        edge = frozenset()
    return use.made(_offered(part, names, use), parts=edge)


def _offered(part: str, names: Sequence[str], use: Use) -> str | Text:
    first, *rest = names
    if first == "bin":
        return Text((Place("part", _launcher(part, rest, use), part),))
    if first not in ("dir", "key", "name"):
        return Text((Output(part, tuple(names)),))
    if rest:
        written = dotted(["parts", part, first])
        hint = f"write `${{{written}}}/{'/'.join(rest)}`" if first == "dir" else ""
        hints = (hint,) if hint else ()
        raise use.fault(f"`{written}` has no `{dotted(rest)}`", hints)
    if first == "name":
        return part
    return Text((PartKey(part) if first == "key" else Place("part", part=part),))


def _launcher(part: str, names: Sequence[str], use: Use) -> str:
    if len(names) == 1 and "/" not in names[0] and names[0] not in ("", ".", ".."):
        return f"bin/{names[0]}"
    example = dotted(["parts", part, "bin", ".".join(names) or "NAME"])
    message = f"`{use.reference.written}` names no launcher"
    raise use.fault(message, (f"write `${{{example}}}`",))
