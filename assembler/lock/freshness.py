"""Whether a lock still answers what the project asks, and if not, which edit was made."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from packaging.utils import canonicalize_name

from assembler.lock.inputs import (
    EVERY_INDEX_NAME,
    ON,
    Asked,
    closure,
    excluded,
    program_inputs,
    requirement_text,
)
from assembler.lock.instants import normalised
from assembler.lock.moved import fixed_sources, shown_request
from assembler.model.lock import Lock, ProgramInputs, Staleness, TreeInput
from assembler.model.resolution import ProgramRequest
from assembler.origin import Origin

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def stale(lock: Lock, asked: Asked, *, strict: bool = False) -> Staleness | None:
    """The first edit that makes the lock stale, or `None`.

    `strict` also minds what the lock has and nobody asks for any more.
    """
    return next(edits(lock, asked, strict=strict), None)


def edits(lock: Lock, asked: Asked, *, strict: bool = False) -> Iterator[Staleness]:
    """All edits that make the lock stale."""
    yield from _targets(lock, asked)
    yield from _exclude_newer(lock, asked)
    for request in sorted(asked.programs, key=lambda request: request.name):
        locked = lock.inputs.get(request.name)
        if locked is None:
            yield _edit(request.name, f"program `{request.name}` is new", _first_origin(request))
        else:
            names = closure(lock, request.name) | excluded(locked)
            now = program_inputs(request, asked, names, lock.targets)
            yield from _program(request, asked, locked, now)
    yield from _artifacts(lock, asked)
    for checkout in sorted(asked.checkouts - {one.request for one in lock.repositories}):
        yield _edit(None, f"{shown_request(checkout)} is not in the lock")
    if strict:
        yield from _superfluous(lock, asked)


def _edit(program: str | None, words: str, origin: Origin | None = None) -> Staleness:
    return Staleness(program=program, edit=words, origin=origin)


def _placed(origin: Origin | None) -> str:
    return f" ({origin})" if origin else ""


def _targets(lock: Lock, asked: Asked) -> Iterator[Staleness]:
    locked = {target.name: target for target in lock.targets}
    for target in asked.targets:
        if target.name not in locked:
            yield _edit(None, f"target `{target.name}` was added")
        elif target != locked[target.name]:
            yield _edit(None, f"target `{target.name}` is another machine now")


def _exclude_newer(lock: Lock, asked: Asked) -> Iterator[Staleness]:
    now = asked.policy.exclude_newer and normalised(asked.policy.exclude_newer)
    was = lock.exclude_newer_rule or lock.exclude_newer
    was = was and normalised(was)
    if now != was:
        yield _edit(None, _changed("`exclude-newer`", was, now, None))


def _changed(what: str, was: str | None, now: str | None, origin: Origin | None) -> str:
    if not now:
        return f"{what} `{was}` is gone"
    if not was:
        return f"{what} `{now}` is new{_placed(origin)}"
    return f"{what} is now `{now}`{_placed(origin)}, was `{was}`"


def _program(
    request: ProgramRequest, asked: Asked, was: ProgramInputs, now: ProgramInputs
) -> Iterator[Staleness]:
    name = request.name
    if now == was:
        return
    yield from _requires(request, was, now)
    if now.python != was.python:
        yield _edit(name, f"python of `{name}` is now {now.python}, was {was.python}")
    if now.targets != was.targets:
        served, before = (_listed(one.targets) or "all" for one in (now, was))
        yield _edit(name, f"the targets of `{name}` are now {served}, were {before}")
    yield from _constraints(request, asked, was, now)
    yield from _overrides(request, asked, was, now)
    for words in chain(_modes(name, was, now), _permissions(was, now)):
        yield _edit(name, words)
    for words in chain(_sources(was.sources, now.sources), fixed_sources(was, now)):
        yield _edit(name, words)
    for words in _indexes(name, was.indexes, now.indexes):
        yield _edit(name, words)


def _requires(
    request: ProgramRequest, was: ProgramInputs, now: ProgramInputs
) -> Iterator[Staleness]:
    origins = {requirement_text(root.requirement): root.origin for root in request.roots}
    before, after = _by_name(was.requires), _by_name(now.requires)
    for name in sorted(before.keys() | after.keys()):
        added = sorted(after.get(name, set()) - before.get(name, set()))
        removed = sorted(before.get(name, set()) - after.get(name, set()))
        if added:
            origin = origins[added[0]]
            words = f"`{request.name}` now requires {_listed(added)}{_placed(origin)}"
            made_for = f", the lock was made for {_listed(removed)}" if removed else ""
            yield _edit(request.name, words + made_for, origin)
        elif removed:
            yield _edit(request.name, f"`{request.name}` no longer requires {_listed(removed)}")


def _by_name(requirements: Iterable[str]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = {}
    for text in requirements:
        name = _NAME.match(text)
        found.setdefault(name[0] if name else text, set()).add(text)
    return found


def _constraints(
    request: ProgramRequest, asked: Asked, was: ProgramInputs, now: ProgramInputs
) -> Iterator[Staleness]:
    constraints = (*asked.policy.constraints, *request.constraints)
    origins: dict[str, Origin] = {canonicalize_name(one.name): one.origin for one in constraints}
    for name in sorted(was.constraints.keys() | now.constraints.keys()):
        before, after = was.constraints.get(name), now.constraints.get(name)
        if before != after:
            origin = origins.get(name)
            words = _changed(f"constraint `{name}`", before, after, origin)
            yield _edit(request.name, words, origin)


def _overrides(
    request: ProgramRequest, asked: Asked, was: ProgramInputs, now: ProgramInputs
) -> Iterator[Staleness]:
    origins = {one.name: one.origin for one in (*asked.policy.overrides, *request.overrides)}
    for name in sorted(was.overrides.keys() | now.overrides.keys()):
        before, after = was.overrides.get(name), now.overrides.get(name)
        if before != after:
            origin = origins.get(name) if after else None
            words = _changed(f"override `{name}`", before, after, origin)
            yield _edit(request.name, words, origin)


def _modes(program: str, was: ProgramInputs, now: ProgramInputs) -> Iterator[str]:
    if now.shares != was.shares:
        others, before = (_listed(one.shares) or "nobody" for one in (now, was))
        yield f"`{program}` now shares its solve with {others}, before with {before}"
    if now.resolution != was.resolution:
        mode, before = (one.resolution or "highest" for one in (now, was))
        yield f"the resolution of `{program}` is now `{mode}`, was `{before}`"
    for whose in sorted(was.exclude_newer.keys() | now.exclude_newer.keys()):
        rules = was.exclude_newer.get(whose), now.exclude_newer.get(whose)
        if rules[0] != rules[1]:
            yield _changed(f"`exclude-newer` of `{whose}`", *rules, None)


def _permissions(was: ProgramInputs, now: ProgramInputs) -> Iterator[str]:
    for name in sorted(set(was.prereleases) ^ set(now.prereleases)):
        whose = "everything" if name == "*" else f"`{name}`"
        yield f"pre-releases of {whose} are {_now(name in now.prereleases)} allowed"
    for name in sorted(set(was.sdists) ^ set(now.sdists)):
        what = "any sdist" if name == "any" else f"the sdist of `{name}`"
        yield f"{what} may {_now(name in now.sdists)} be built"
    for name in sorted(set(was.from_source) ^ set(now.from_source)):
        yield f"`{name}` is {_now(name in now.from_source)} always built from source"


def _now(holds: bool) -> str:  # noqa: FBT001 - two words
    return "now" if holds else "no longer"


def _sources(was: Mapping[str, TreeInput], now: Mapping[str, TreeInput]) -> Iterator[str]:
    for name in sorted(was.keys() | now.keys()):
        before, after = was.get(name), now.get(name)
        if after is None and before:
            yield f"`{name}` no longer comes from `{before.path}`"
        elif after and (before is None or before.path != after.path):
            from_there = f", was `{before.path}`" if before else ""
            yield f"`{name}` now comes from `{after.path}`{from_there}"
        elif after and before and before.editable != after.editable:
            yield f"`{name}` ({after.path}) is {_now(after.editable)} editable"
        elif after != before and after:
            yield f"`{name}` ({after.path}) has other metadata"


def _indexes(program: str, was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    entries = was.keys() | now.keys()
    split = {entry.partition(ON)[0] for entry in entries if ON in entry}
    for entry in sorted(entries - split):
        before, after = _route(entry, was), _route(entry, now)
        if before == after:
            continue
        name, _, target = entry.partition(ON)
        whose = f"`{name}` on `{target}`" if target else f"`{name}`"
        of = f"`{program}`" if entry == EVERY_INDEX_NAME else whose
        yield _changed(f"the index of {of}", before, after, None)


def _route(entry: str, routes: Mapping[str, str]) -> str | None:
    """The index of an entry: its own, or that of its name on all targets, or the usual one."""
    keys = (entry, entry.partition(ON)[0], EVERY_INDEX_NAME)
    return next((routes[key] for key in keys if key in routes), None)


def _artifacts(lock: Lock, asked: Asked) -> Iterator[Staleness]:
    locked = {artifact.url: artifact.sha256 for artifact in lock.artifacts}
    for url, sha256 in sorted(asked.artifacts.items()):
        if url not in locked:
            yield _edit(None, f"`{url}` is not in the lock")
        elif sha256 not in (None, locked[url]):
            yield _edit(None, f"the sha256 of `{url}` is now `{sha256}`, was `{locked[url]}`")


def _superfluous(lock: Lock, asked: Asked) -> Iterator[Staleness]:
    for name in sorted(lock.inputs.keys() - {request.name for request in asked.programs}):
        yield _edit(name, f"program `{name}` is gone")
    if asked.targets:
        for name in sorted(
            {one.name for one in lock.targets} - {one.name for one in asked.targets}
        ):
            yield _edit(None, f"target `{name}` is gone")
    for url in sorted({one.url for one in lock.artifacts} - asked.artifacts.keys()):
        yield _edit(None, f"`{url}` is no longer asked for")
    for checkout in sorted({one.request for one in lock.repositories} - asked.checkouts):
        yield _edit(None, f"{shown_request(checkout)} is no longer asked for")


def _first_origin(request: ProgramRequest) -> Origin | None:
    return request.roots[0].origin if request.roots else None


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
