"""Performs a plan: makes what is due, publishes a generation, switches to it."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import PurePosixPath

from assembler.errors import AssemblerError, MachineError
from assembler.execute.aside import keep_edited, strangers
from assembler.execute.collection import obsolete, remove, retire_live
from assembler.execute.crew import Make, make_due
from assembler.execute.inspection import damaged_part
from assembler.execute.publish import publish, refresh
from assembler.execute.records import Records, built_part, described, recorded
from assembler.execute.recovery import Journal, begin, recover
from assembler.execute.site import Site
from assembler.execute.steps import perform
from assembler.execute.switch import make_live
from assembler.execute.undoing import Doing, stands, undo_all
from assembler.model.layout import Prefix
from assembler.model.manifest import BuiltPart, Manifest
from assembler.model.places import Places, shown
from assembler.model.plan import Plan, PlannedPart
from assembler.model.step import (
    AtDeployment,
    Expose,
    KeepDirectory,
    LinkWheels,
    MakeDirectory,
    MakeSymlink,
    WriteFile,
    WriteLiveFile,
)
from assembler.ports import Tools

_BLIND = (
    AtDeployment,
    Expose,
    KeepDirectory,
    LinkWheels,
    MakeDirectory,
    MakeSymlink,
    WriteFile,
    WriteLiveFile,
)
"""Steps that neither run nor read anything of a part or of a wheel."""


def execute(plan: Plan, tools: Tools, *, forget: bool = False) -> Manifest:
    """Do what the plan says; the last build stays live until all of it is done.

    The prefix's lock must be held. Raises `PartError` if a part fails: then nothing is switched,
    and the parts that were done before it stay for the next time. It raises it, too, where
    something can't be undone, unless that is to be forgotten (`forget`).
    """
    files, prefix = tools.files, Prefix(PurePosixPath(plan.prefix))
    recover(prefix.path, files)
    if not plan.changes and plan.previous is not None:
        return refresh(plan, plan.previous, _kept(plan), files)
    files.make_directory(prefix.own)
    if files.state(prefix.path / ".gitignore") is None:
        files.replace(prefix.path / ".gitignore", b"*\n")
    undo_all(plan, tools, forget=forget)
    parts = _make_all(plan, prefix, tools)
    _mend_store(plan, parts, prefix, tools)
    begin(prefix.path, Journal(generation=plan.generation, made=True), files)
    manifest = publish(plan, parts, files)
    make_live(prefix.path, manifest, files)
    gone = obsolete(prefix.path, files, keep=plan.keep, previous=plan.previous)
    _tell_strangers(plan, prefix, tools)
    remove(prefix.path, gone, tools)
    retire_live(prefix, tools)
    return manifest


def _tell_strangers(plan: Plan, prefix: Prefix, tools: Tools) -> None:
    """Say where that is which others put among the stable paths of the build before."""
    for path in strangers(prefix, plan.previous, tools.files) if plan.previous else ():
        left = prefix.generation(plan.previous or 0) / "root" / path
        tools.reporter.warn(f"`{path}` was not made by assembler: it is left as `{left}`")


def _kept(plan: Plan) -> Mapping[str, BuiltPart]:
    return {part.name: part.built for part in plan.parts if not isinstance(part, PlannedPart)}


def _make_all(plan: Plan, prefix: Prefix, tools: Tools) -> Mapping[str, BuiltPart]:
    tools.reporter.phase("performing", len(plan.due))
    places = _places(plan)

    records = Records(prefix, tools.files)

    def make(part: PlannedPart) -> BuiltPart:
        site = Site(part=part, prefix=prefix, places=places, tools=tools)
        return _reused(site) or _made(site, records)

    try:
        made = _made_beside_store(plan, prefix, make, tools)
    except AssemblerError:
        with suppress(MachineError):
            records.write()
        raise
    records.write()
    parts = {**_kept(plan), **made}
    return {part.name: parts[part.name] for part in plan.parts}


def _made_beside_store(
    plan: Plan, prefix: Prefix, make: Make, tools: Tools
) -> Mapping[str, BuiltPart]:
    """Make the due parts while their wheels are put in place, where none looks at these."""
    keys = {key for part in plan.due for key in part.store}
    blind = all(isinstance(step, _BLIND) for part in plan.due for step in part.steps)
    with ThreadPoolExecutor(1, "store") as beside:
        stored = beside.submit(tools.store.materialise, keys, prefix.store)
        if tools.jobs == 1 or not blind:
            stored.result()
        made = make_due(plan.due, make, tools)
        stored.result()
    return made


def _places(plan: Plan) -> Places:
    directories: dict[str, str] = {}
    keys: dict[str, str] = {}
    stable: dict[str, Mapping[str, str]] = {}
    for part in plan.parts:
        planned = part if isinstance(part, PlannedPart) else part.built
        directories[part.name] = planned.directory
        keys[part.name] = planned.key
        stable[part.name] = shown(planned.exposed)
    return Places(
        prefix=plan.prefix,
        project=plan.project,
        directories=directories,
        keys=keys,
        shown=stable,
    )


def _reused(site: Site) -> BuiltPart | None:
    """The part as it was made for another generation or before an interruption, if whole."""
    found = recorded(site.prefix, site.part.directory, site.tools.files)
    if found is None or found.key != site.part.key:
        return None
    if damaged_part(site.part.name, found, site.prefix, site.tools.files):
        return None
    if not stands(site):
        return None
    return built_part(site, found.files)


def _made(site: Site, records: Records) -> BuiltPart:
    files, directory = site.tools.files, site.part.directory
    keep_edited(site.prefix, directory, site.tools)
    files.remove(site.prefix.record(directory))
    files.remove(site.prefix.part(directory))
    files.remove(site.prefix.damaged / directory)
    files.make_directory(site.prefix.part(directory))
    doing = Doing(site)
    try:
        for step in site.part.steps:
            perform(step, site)
            doing.did(step)
        built = described(site)
        records.add(site, built)
        doing.finish()
    except BaseException as error:
        files.remove(site.prefix.part(directory))
        doing.fail(error)
        raise
    return built


def _mend_store(plan: Plan, parts: Mapping[str, BuiltPart], prefix: Prefix, tools: Tools) -> None:
    """Put damaged wheels in place again, out of the cache."""
    used = {key for part in parts.values() for key in part.store}
    for key in plan.damaged_store:
        if key in used:
            tools.store.discard(key, prefix.store)
            tools.store.materialise([key], prefix.store)
