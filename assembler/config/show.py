"""The resolved configuration as a TOML text that can be loaded again, and as plain data."""

from collections.abc import Iterator, Mapping, Sequence

from assembler.config.edits import history
from assembler.config.keys import bare_or_quoted, dotted, nearest, quoted
from assembler.config.node import Node
from assembler.config.positions import leading_key
from assembler.config.resolved import Resolved
from assembler.config.values import spelt
from assembler.config.written import escaped, written
from assembler.errors import ConfigurationError
from assembler.model.text import Text, Value


def path_of(key: str) -> tuple[str, ...]:
    """The names of a dotted key. Raises `ConfigurationError` for what is none."""
    try:
        components, end = leading_key(key)
    except ValueError:
        components, end = (), -1
    if end != len(key):
        message = f"`{key}` is no key such as `parts.app.requires`"
        raise ConfigurationError(message)
    return tuple(component.name for component in components)


def lookup(resolved: Resolved, key: str) -> Node:
    """The value at a dotted key. Raises `ConfigurationError` that names the nearest right one."""
    node = resolved.root
    seen: tuple[str, ...] = ()
    for name in path_of(key):
        following = _child(node, name)
        if following is None:
            if seen == ("parts",) and name in resolved.disabled:
                raise ConfigurationError(f"part `{name}` is disabled")
            raise _absent(node, seen, name)
        node = following
        seen = (*seen, name)
    return node


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
    """A value for JSON: text with places holds references to them."""
    value = node.value
    if isinstance(value, tuple):
        return tuple(data(element) for element in value)
    if isinstance(value, Mapping):
        return {key: data(entry) for key, entry in value.items()}
    return written(value) if isinstance(value, Text) else value


def bare(node: Node) -> str:
    """A value alone, for shell scripts: text as it is, an array line by line, a table as TOML."""
    value = node.value
    if isinstance(value, tuple):
        return "\n".join(bare(element) for element in value)
    if isinstance(value, Text):
        return written(value)
    return value if isinstance(value, str) else inline(node)


def render(node: Node, path: Sequence[str] = (), *, origins: bool = False) -> str:
    """A value and all below it as TOML; with `origins` comments tell its layers."""
    return "\n".join(_lines(node, tuple(path), origins=origins)).lstrip("\n")


def inline(node: Node) -> str:
    """A value as TOML writes it within a line."""
    value = node.value
    if isinstance(value, tuple):
        return f"[{', '.join(inline(element) for element in value)}]"
    if isinstance(value, Mapping):
        pairs = [f"{bare_or_quoted(key)} = {inline(child)}" for key, child in value.items()]
        return f"{{ {', '.join(pairs)} }}" if pairs else "{}"
    if isinstance(value, Text):
        return quoted(written(value))
    return quoted(escaped(value)) if isinstance(value, str) else spelt(node)


def _lines(node: Node, path: tuple[str, ...], *, origins: bool) -> Iterator[str]:
    if not isinstance(node.value, Mapping):
        yield from _pair(path[-1] if path else "", node, origins=origins)
        return
    tables = {key: child for key, child in node.value.items() if isinstance(child.value, Mapping)}
    pairs = {key: child for key, child in node.value.items() if key not in tables}
    if path and (pairs or not tables):
        yield ""
        yield f"[{dotted(path)}]{_made_by(node, path)}"
    for key, child in pairs.items():
        yield from _pair(key, child, origins=origins)
    for key, child in tables.items():
        yield from _lines(child, (*path, key), origins=origins)


def _made_by(node: Node, path: tuple[str, ...]) -> str:
    """Tell from where a part comes that stands nowhere as such."""
    first = node.path[:1]
    if path[:-1] != ("parts",) or first == ("parts",):
        return ""
    return f"  # from `{dotted(node.path[:2])}` at {node.origin}"


def _pair(key: str, node: Node, *, origins: bool) -> Iterator[str]:
    name = bare_or_quoted(key)
    if not origins:
        yield f"{name} = {inline(node)}"
    elif isinstance(node.value, tuple) and len(node.value) > 1:
        yield f"{name} = [  # {node.origin}"
        for element in node.value:
            yield f"    {inline(element)},  # {element.origin}"
        yield "]"
        yield from _layers(node)
    else:
        yield f"{name} = {inline(node)}  # {node.origin}"
        yield from _layers(node)


def _layers(node: Node) -> Iterator[str]:
    """What each layer did, where there are several."""
    layers = history(node)
    for layer in layers if len(layers) > 1 else ():
        yield f"    # {layer.kind} {_as_written(layer.node)} at {layer.node.origin}"


def _as_written(node: Node) -> str:
    """What a layer says, its references not looked up."""
    value = node.value
    if isinstance(value, tuple):
        return f"[{', '.join(_as_written(element) for element in value)}]"
    return quoted(value) if isinstance(value, str) else inline(node)
