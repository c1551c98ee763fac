"""How each kind of step is performed."""

from pathlib import PurePosixPath
from typing import assert_never

from assembler.execute.building import build_source
from assembler.execute.checkout import check_out
from assembler.execute.checks import check_output
from assembler.execute.commands import run_command
from assembler.execute.site import Site
from assembler.execute.sources import link_sources
from assembler.execute.virtual_environment import link_wheels
from assembler.model.places import relative_path
from assembler.model.step import (
    AtDeployment,
    BuildSource,
    CheckoutCommit,
    CheckOutput,
    Expose,
    ExtractArchive,
    FetchFile,
    KeepDirectory,
    LinkSources,
    LinkWheels,
    MakeDirectory,
    MakeSymlink,
    RunCommand,
    Step,
    WriteFile,
    WriteLiveFile,
)
from assembler.model.undo import Undo


def perform(step: Step, site: Site) -> None:  # noqa: C901, PLR0912 - one branch a kind
    """Perform one step in the part's directory. Raises what the step's tools raise."""
    match step:
        case LinkWheels():
            link_wheels(step, site)
        case WriteFile():
            write_file(step, site)
        case WriteLiveFile():
            link_live_file(step, site)
        case MakeDirectory():
            site.tools.files.make_directory(site.path(step.path))
        case MakeSymlink():
            make_symlink(step, site)
        case LinkSources():
            link_sources(step, site)
        case FetchFile():
            fetch_file(step, site)
        case ExtractArchive():
            extract_archive(step, site)
        case CheckoutCommit():
            check_out(step, site)
        case RunCommand():
            run_command(step, site)
        case BuildSource():
            build_source(step, site)
        case CheckOutput():
            check_output(step, site)
        case Expose() | KeepDirectory() | AtDeployment() | Undo():
            pass
        case _:
            assert_never(step)


def write_file(step: WriteFile, site: Site) -> None:
    """Write a text file with its places filled in."""
    content = site.places.text(step.content).encode()
    site.tools.files.write(site.path(step.path), content, _mode(executable=step.executable))


def link_live_file(step: WriteLiveFile, site: Site) -> None:
    """Link to where the live file will be written."""
    path = site.directory / step.path
    target = PurePosixPath(site.prefix.live, site.part.name, step.path)
    site.tools.files.symlink(path, relative_path(target, path.parent))


def make_symlink(step: MakeSymlink, site: Site) -> None:
    """Make a link, relative where it stays in the prefix."""
    path = site.directory / step.path
    site.tools.files.symlink(path, site.places.relative(step.target, path.parent))


def fetch_file(step: FetchFile, site: Site) -> None:
    """Copy a verified download."""
    fetched = site.tools.artifacts.fetch(step.artifact)
    site.tools.files.copy(fetched, site.path(step.path), _mode(executable=step.executable))


def extract_archive(step: ExtractArchive, site: Site) -> None:
    """Extract a verified download."""
    fetched = site.tools.artifacts.fetch(step.artifact)
    site.tools.files.make_directory(site.path(step.path))
    site.tools.unpacker.extract(fetched, site.path(step.path), step.strip)


def _mode(*, executable: bool) -> int:
    return 0o755 if executable else 0o644
