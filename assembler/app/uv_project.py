"""What `[tool.uv]` says of where distributions come from, as an assembly file says it."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from assembler.app.first_assembly import inline
from assembler.config.keys import quoted
from assembler.config.part_text import array

NO_PLACE = "`{}`: write it under `[sources]` or `[index]` by hand"


class Uv(msgspec.Struct, frozen=True, rename="kebab"):
    """`[tool.uv]`, as far as it is read."""

    sources: Mapping[str, object] = {}
    index: Sequence[Mapping[str, object]] = ()
    workspace: Mapping[str, object] = {}


class Taken(msgspec.Struct):
    """What is taken from it: `[sources]`, `[index]`, and what is not."""

    sources: dict[str, str] = {}
    indexes: dict[str, dict[str, str]] = {}
    left_out: list[str] = []


def taken(uv: Uv) -> Taken:
    """Sources, workspace members and indexes."""
    found = Taken()
    members = uv.workspace.get("members")
    for member in members if isinstance(members, list) else ():
        found.sources[_path(str(member))] = "{ editable = true }"
    for name, entry in uv.sources.items():
        if not isinstance(entry, Mapping):
            found.left_out.append(NO_PLACE.format(f"tool.uv.sources.{name}"))
        elif "index" not in entry and not entry.get("workspace"):
            if source := _source({key: str(value) for key, value in entry.items()}):
                found.sources[name] = source
            else:
                found.left_out.append(NO_PLACE.format(f"tool.uv.sources.{name}"))
    for index in uv.index:
        _take_index(index, tuple(_named(uv, str(index.get("name")))), found)
    return found


def _named(uv: Uv, index: str) -> Iterator[str]:
    """The distributions that come from an index alone."""
    for name, entry in uv.sources.items():
        if isinstance(entry, Mapping) and entry.get("index") == index:
            yield name


def _take_index(index: Mapping[str, object], only: Sequence[str], found: Taken) -> None:
    name, url = str(index.get("name") or "default"), str(index.get("url", ""))
    entries = {"url": quoted(url)}
    if "@" in url or "$" in url or not url:
        found.left_out.append(NO_PLACE.format(f"tool.uv.index.{name}"))
    elif index.get("default") is True:
        found.indexes[name] = {**entries, "default": "true"}
    elif only:
        found.indexes[name] = {**entries, "only": array(only)}
    else:
        found.left_out.append(f"`tool.uv.index.{name}`: say with `only` which names come from it")


def _source(entry: Mapping[str, str]) -> str | None:
    if "git" in entry:
        rev = entry.get("rev") or entry.get("tag") or entry.get("branch") or ""
        texts = {"git": entry["git"], "rev": rev, "subdirectory": entry.get("subdirectory", "")}
        return inline(**{key: text for key, text in texts.items() if text})
    if "path" in entry:
        table = inline(path=entry["path"])
        return f"{table[:-2]}, editable = true }}" if entry.get("editable") == "True" else table
    return inline(url=entry["url"]) if "url" in entry else None


def _path(pattern: str) -> str:
    """A member as a key of `[sources]`: a path has a slash, or begins with a dot."""
    return pattern if "/" in pattern or pattern.startswith(".") else f"./{pattern}"
