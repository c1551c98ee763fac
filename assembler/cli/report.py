"""Outcomes in words and as JSON documents."""

from collections.abc import Iterator
from pathlib import PurePath
from shlex import join

import msgspec

from assembler.app.outcomes import Built, Chain, Status, Use, Why
from assembler.cli.console import Json
from assembler.cli.live import live_document, live_line
from assembler.model.layout import Prefix
from assembler.model.manifest import Effect
from assembler.model.places import Places
from assembler.model.plan import Damaged, KeptPart, New, Plan, PlannedPart
from assembler.plan.reasons import words


def plan(planned: Plan) -> str:
    """What `build` would do: parts with reasons, then differences of files."""
    if not planned.changes:
        return "nothing to do"
    lines = [line for part in planned.due for line in _due(part, planned)]
    lines += [f"- {name}: no longer declared" for name in planned.removed]
    lines += [f"~ {each}: missing or damaged" for each in _mended(planned)]
    lines += [f"< {line}" for line in _undone(planned)]
    kept = sum(isinstance(part, KeptPart) for part in planned.parts)
    if kept:
        lines.append(f"  {_count(kept, 'part')} as {'they are' if kept > 1 else 'it is'}")
    for difference in planned.differences:
        lines += ["", *difference.difference]
    return "\n".join(lines)


def plan_document(planned: Plan) -> Json:
    """What `build` would do, as JSON."""
    return {
        "changed": False,
        "due": planned.changes,
        "generation": planned.generation,
        "parts": [
            {
                "name": part.name,
                "recipe": part.recipe,
                "reasons": [words(reason, part.name) for reason in part.reasons],
                "paths": sorted(part.exposed),
            }
            for part in planned.due
        ],
        "kept": [part.name for part in planned.parts if isinstance(part, KeptPart)],
        "removed": list(planned.removed),
        "mended": list(_mended(planned)),
        "undone": [
            {"part": effect.part, "commands": list(map(list, _command_lines(effect, planned)))}
            for effect in planned.undo
        ],
        "differences": {each.path: list(each.difference) for each in planned.differences},
    }


def _undone(planned: Plan) -> Iterator[str]:
    """The commands that undo what parts did outside, in order."""
    for effect in planned.undo:
        for line in _command_lines(effect, planned):
            yield f"{effect.part}: what it did outside is undone with `{join(line)}`"


def _command_lines(effect: Effect, planned: Plan) -> Iterator[tuple[str, ...]]:
    places = Places(prefix=planned.prefix, project=planned.project, directories={}, keys={})
    for step in reversed(effect.undo):
        yield tuple(map(places.text, step.argv))


def _mended(planned: Plan) -> Iterator[str]:
    """What stands in no part and must be put in place again."""
    yield from (f"wheel `{key}`" for key in planned.damaged_store)
    yield from (f"link `{path}`" for path in planned.relink)


def _due(part: PlannedPart, planned: Plan) -> Iterator[str]:
    sign = "+" if planned.previous is None or New() in part.reasons else "~"
    yield f"{sign} {part.name} ({part.recipe})"
    for reason in part.reasons:
        yield f"    {words(reason, part.name)}"


def built(outcome: Built) -> Iterator[str]:
    """What `build` did, and which live files it left as they were."""
    if not outcome.changed:
        yield "nothing to do"
    if outcome.plan.changes:
        yield from _built(outcome.plan)
    yield from (f"wrote {path}" for path in outcome.live.paths)
    if outcome.live_due:
        verb = "is" if len(outcome.live_due) == 1 else "are"
        listed = ", ".join(outcome.live_due)
        yield f"{listed} {verb} due, which `assemble deploy` and `build --live` write"


def _built(planned: Plan) -> Iterator[str]:
    for effect in planned.undo:
        yield f"undid what {effect.part} had done outside"
    for part in planned.due:
        paths = ", ".join(sorted(part.exposed))
        yield f"built {part.name}" + (f": {paths}" if paths else "")
        if any(isinstance(reason, Damaged) and not reason.missing for reason in part.reasons):
            yield f"  what was changed by hand stays in `{_replaced(part, planned)}`"
    for name in planned.removed:
        yield f"removed {name}"
    yield from (f"mended {each}" for each in _mended(planned))
    yield f"generation {planned.generation} is current: {planned.prefix}"


def _replaced(part: PlannedPart, planned: Plan) -> PurePath:
    return Prefix(PurePath(planned.prefix)).part(part.replaces)


def built_document(outcome: Built) -> Json:
    """What `build` did, as JSON."""
    return {
        "changed": outcome.changed,
        "generation": outcome.generation,
        "prefix": outcome.prefix,
        "built": [part.name for part in outcome.plan.due],
        "removed": list(outcome.plan.removed),
        "undone": [effect.part for effect in outcome.plan.undo],
        "live": list(outcome.live.paths),
    }


def status(found: Status) -> str:
    """What is built, in words."""
    current = {True: "current", False: "not current: `assemble build` makes it so", None: ""}
    lines = [
        f"{found.assembly}, generation {found.generation} in {found.prefix}",
        *(line for line in (current[found.current],) if line),
        *_parts(found),
        *_deployed(found),
        *(live_line(state) for state in found.live),
    ]
    others = [str(number) for number in found.generations if number != found.generation]
    if others:
        lines.append(f"other generations: {', '.join(others)}")
    return "\n".join(lines)


def _deployed(found: Status) -> Iterator[str]:
    where = "" if found.root == "/" else f" under {found.root}"
    if found.deployed == found.generation:
        yield f"deployed{where}"
    elif found.deployed:
        yield f"generation {found.deployed} is deployed{where}, this one by `assemble deploy`"
    elif found.deployed == 0:
        yield "not deployed: `assemble deploy` does it"


def _parts(found: Status) -> Iterator[str]:
    width = max((len(part.name) for part in found.parts), default=0)
    for part in found.parts:
        paths = ", ".join(part.exposed)
        baked = "  (holds the prefix)" if part.baked else ""
        yield f"  {part.name:{width}}  {part.recipe:9}  {paths}{baked}"


def status_document(found: Status) -> Json:
    """What is built, as JSON."""
    return {
        "changed": False,
        "assembly": found.assembly,
        "prefix": found.prefix,
        "generation": found.generation,
        "generations": list(found.generations),
        "current": found.current,
        "digest": found.digest,
        "parts": [_plain(part) for part in found.parts],
        "deployed": found.deployed,
        "live": [live_document(state) for state in found.live],
    }


def why(found: Why) -> str:
    """Who asks for a distribution, program by program."""
    return "\n".join(line for use in found.uses for line in _use(found.name, use))


def _use(name: str, use: Use) -> Iterator[str]:
    where = "" if use.everywhere else f" on {', '.join(use.targets)}"
    where += f" with Python {use.python}" if where and "," in use.python else ""
    because = f": {use.because}" if use.because else ""
    others = ", ".join(f"`{other}`" for other in use.shares)
    shares = f", which shares its solve with {others}" if others else ""
    yield f"{name} {use.version} in `{use.program}`{where}{shares}{because}"
    yield from (f"  {_chain(chain)}" for chain in use.chains)


def _chain(chain: Chain) -> str:
    steps = (f"{chosen.name} {chosen.version}" for chosen in chain.distributions)
    return " → ".join((f"`{chain.requirement}`", *steps))


def why_document(found: Why) -> Json:
    """Who asks for a distribution, as JSON."""
    return {"changed": False, "name": found.name, "programs": [_plain(use) for use in found.uses]}


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _plain(noun: msgspec.Struct) -> Json:
    plain: Json = msgspec.to_builtins(noun)
    return plain
