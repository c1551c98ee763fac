"""A part's directory made a virtual environment (PEP 405) of links into the store."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from assembler.execute.site import Site
from assembler.model.places import relative_path
from assembler.model.step import LinkWheels

EXTRA_PATHS = "zzz-assembler-extra-paths.pth"
"""Sorts behind the other `.pth` files, so that its paths come last."""


def link_wheels(step: LinkWheels, site: Site) -> None:
    """Link the environment to its wheels in the prefix's store, which are put there apart."""
    files = site.tools.files
    _link_interpreter(step, site)
    site.tools.store.link(site.directory, dict(_links(step, site)))
    site_packages = site.directory / f"lib/python{step.python.minor}/site-packages"
    files.make_directory(site_packages)
    if step.extra_paths:
        paths = (site.places.relative(path, site_packages) for path in step.extra_paths)
        lines = "".join(f"{path}\n" for path in paths)
        files.write(site_packages / EXTRA_PATHS, lines.encode())


def _links(step: LinkWheels, site: Site) -> Iterator[tuple[str, str]]:
    """The links into the store, each relative to where it stands."""
    store, directory = PurePosixPath(site.prefix.store), site.directory
    stores: dict[str, str] = {}
    for link in step.links:
        parent = link.path.rpartition("/")[0]
        if parent not in stores:
            stores[parent] = relative_path(store, directory / parent)
        yield link.path, f"{stores[parent]}/{link.target}"


def _link_interpreter(step: LinkWheels, site: Site) -> None:
    """Link the interpreter; one that stands in the project is found from where the link stands.

    Such a one may move with the project, so nothing absolute is written: without `home` the
    interpreter follows its own link.
    """
    files, executable = site.tools.files, PurePosixPath(step.python.executable)
    inside = executable.is_relative_to(site.places.project)
    home = "" if inside else f"home = {executable.parent}\n"
    content = f"{home}include-system-site-packages = false\nversion = {step.python.version}\n"
    files.write(site.path("pyvenv.cfg"), content.encode())
    bin_directory = site.directory / "bin"
    target = relative_path(executable, bin_directory) if inside else str(executable)
    for name in ("python", "python3", f"python{step.python.minor}"):
        files.symlink(bin_directory / name, target)
