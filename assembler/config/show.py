"""The resolved configuration for people and for other programs."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from assembler.config.keys import bare_or_quoted, dotted, nearest, quoted
from assembler.config.node import Node
from assembler.config.positions import leading_key
from assembler.config.resolved import Resolved
from assembler.config.values import literal, shown
from assembler.errors import ConfigurationError
from assembler.model.text import Text, Value
from assembler.origin import Origin


class Overridden(msgspec.Struct, frozen=True, kw_only=True):
    """What an earlier layer said."""

    value: Value
    origin: Origin


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One value that is no table: its dotted key, where it was written, and what it overrode."""

    key: str
    value: Value
    origin: Origin
    overrode: tuple[Overridden, ...] = ()


def lookup(resolved: Resolved, key: str) -> Node:
    """The value at a dotted key. Raises `ConfigurationError` that names the nearest right one."""
    node = resolved.root
    seen: tuple[str, ...] = ()
    for name in _path(key):
        following = _child(node, name)
        if following is None:
            if seen == ("parts",) and name in resolved.disabled:
                raise ConfigurationError(f"part `{name}` is disabled")
            raise _absent(node, seen, name)
        node = following
        seen = (*seen, name)
    return node


def _path(key: str) -> tuple[str, ...]:
    try:
        components, end = leading_key(key)
    except ValueError:
        components, end = (), -1
    if end != len(key):
        message = f"`{key}` is no key such as `parts.app.requires`"
        raise ConfigurationError(message)
    return tuple(component.name for component in components)


def _child(node: Node, name: str) -> Node | None:
    if isinstance(node.value, tuple):
        index = int(name) if name.isdecimal() else len(node.value)
        return node.value[index] if index < len(node.value) else None
    return node.table.get(name)


def _absent(node: Node, seen: tuple[str, ...], name: str) -> ConfigurationError:
    where = f"`{dotted(seen)}`" if seen else "the file"
    if isinstance(node.value, tuple):
        message = f"{where} has no element `{name}`: it has {len(node.value)}, counted from 0"
        return ConfigurationError(message, origin=node.origin)
    if not isinstance(node.value, Mapping):
        return ConfigurationError(f"{where} is no table and has no `{name}`", origin=node.origin)
    tables = not seen or all(isinstance(child.value, Mapping) for child in node.table.values())
    message = f"{where} has no {'table' if tables else 'key'} `{name}`"
    return ConfigurationError(message, hints=nearest(name, node.table))


def data(node: Node) -> Value:
    """A value for JSON: text with places as people read it."""
    value = node.value
    if isinstance(value, tuple):
        return tuple(data(element) for element in value)
    if isinstance(value, Mapping):
        return {key: data(entry) for key, entry in value.items()}
    return shown(value) if isinstance(value, Text) else value


def bare(node: Node) -> str:
    """A value alone, for shell scripts: text as it is, an array line by line, a table as TOML."""
    value = node.value
    if isinstance(value, tuple):
        return "\n".join(bare(element) for element in value)
    if isinstance(value, Mapping):
        return _inline(node)
    return _scalar_text(node)


def _scalar_text(node: Node) -> str:
    value = node.value
    if isinstance(value, Text):
        return shown(value)
    if node.spelling is not None:
        return node.spelling
    return literal(value) if isinstance(value, str | int | float) else ""


def entries(node: Node, path: Sequence[str] = ()) -> Iterator[Entry]:
    """Every value at or below a node that is no table, with where it was written."""
    if isinstance(node.value, Mapping):
        for key, child in node.value.items():
            yield from entries(child, (*path, key))
        return
    yield Entry(
        key=dotted(path),
        value=data(node),
        origin=node.origin,
        overrode=tuple(Overridden(value=data(each), origin=each.origin) for each in node.overrode),
    )


def render(node: Node, path: Sequence[str] = (), *, origins: bool = False) -> str:
    """A value and all below it as TOML, with `origins` where each was written, in comments."""
    return "\n".join(_lines(node, tuple(path), origins=origins)).lstrip("\n")


def _lines(node: Node, path: tuple[str, ...], *, origins: bool) -> Iterator[str]:
    if not isinstance(node.value, Mapping):
        yield from _pair(path[-1] if path else "", node, origins=origins)
        return
    tables = {key: child for key, child in node.value.items() if _is_open_table(child)}
    pairs = {key: child for key, child in node.value.items() if key not in tables}
    if path and (pairs or not tables):
        yield ""
        yield f"[{dotted(path)}]"
    for key, child in pairs.items():
        yield from _pair(key, child, origins=origins)
    for key, child in tables.items():
        yield from _lines(child, (*path, key), origins=origins)


def _is_open_table(node: Node) -> bool:
    return isinstance(node.value, Mapping)


def _pair(key: str, node: Node, *, origins: bool) -> Iterator[str]:
    name = bare_or_quoted(key)
    if not origins:
        yield f"{name} = {_inline(node)}"
    elif isinstance(node.value, tuple) and len(node.value) > 1:
        yield f"{name} = [{_comment(node)}"
        for element in node.value:
            yield f"    {_inline(element)},{_comment(element)}"
        yield "]"
    else:
        yield f"{name} = {_inline(node)}{_comment(node)}"


def _comment(node: Node) -> str:
    before = "".join(f", overrode {_inline(each)} at {each.origin}" for each in node.overrode)
    return f"  # {node.origin}{before}"


def _inline(node: Node) -> str:
    value = node.value
    if isinstance(value, tuple):
        return f"[{', '.join(_inline(element) for element in value)}]"
    if isinstance(value, Mapping):
        pairs = [f"{bare_or_quoted(key)} = {_inline(child)}" for key, child in value.items()]
        return f"{{ {', '.join(pairs)} }}" if pairs else "{}"
    if isinstance(value, str | Text):
        return quoted(_scalar_text(node))
    return _scalar_text(node)
