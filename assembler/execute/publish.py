"""A generation written: its tree of stable paths, its parts, its manifest."""

import hashlib
from collections.abc import Mapping
from pathlib import PurePosixPath

from assembler import __version__
from assembler.execute import generations
from assembler.execute.stable import root_links
from assembler.model.layout import Prefix
from assembler.model.manifest import BuiltPart, Manifest
from assembler.model.plan import Plan
from assembler.ports import Files


def publish(plan: Plan, parts: Mapping[str, BuiltPart], files: Files) -> Manifest:
    """Write the plan's generation; it counts once its manifest stands."""
    places = Prefix(PurePosixPath(plan.prefix))
    manifest = _manifest(plan, plan.generation, parts)
    directory = places.generation(plan.generation)
    files.remove(directory)
    files.make_directory(directory / "root")
    files.make_directory(directory / "parts")
    targets = {name: f"../../../parts/{part.directory}" for name, part in parts.items()}
    files.symlinks(directory / "parts", targets)
    files.symlinks(directory / "root", root_links(places, manifest))
    files.write(directory / "pylock.toml", plan.lock_text.encode())
    files.sync(directory)
    files.replace(places.manifest(plan.generation), generations.written(manifest))
    return manifest


def refresh(plan: Plan, number: int, parts: Mapping[str, BuiltPart], files: Files) -> Manifest:
    """Write down anew what the live generation, in which nothing changes, was made from."""
    places = Prefix(PurePosixPath(plan.prefix))
    manifest = _manifest(plan, number, parts)
    files.replace(places.generation(number) / "pylock.toml", plan.lock_text.encode())
    files.replace(places.manifest(number), generations.written(manifest))
    return manifest


def _manifest(plan: Plan, number: int, parts: Mapping[str, BuiltPart]) -> Manifest:
    return Manifest(
        assembly=plan.assembly,
        generation=number,
        assembler=__version__,
        prefix=plan.prefix,
        project=plan.project,
        parts=parts,
        fingerprint=plan.fingerprint,
        keep=plan.keep,
        secrets=plan.secrets,
        lock_sha256=hashlib.sha256(plan.lock_text.encode()).hexdigest(),
    )
