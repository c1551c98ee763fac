"""Downloads: a file or an archive from the web, by its hash."""

import re
from collections.abc import Iterator
from typing import Annotated

import msgspec

from assembler.api import (
    ArtifactRequest,
    Assembled,
    ConfigurationError,
    Expose,
    ExtractArchive,
    FetchFile,
    Needs,
    Outputs,
    Part,
    Place,
    Step,
    Text,
    file_name,
    relative_path,
)

_SHA256 = re.compile("[0-9a-fA-F]{64}")


class DownloadOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """A file or an archive from the web."""

    url: Annotated[str, msgspec.Meta(description="Where it is.")]
    sha256: Annotated[
        str | None,
        msgspec.Meta(
            description="The sha256 that it must have, in hexadecimal; left out, "
            "`assemble lock` records the one that it has."
        ),
    ] = None
    to: Annotated[
        str | None,
        msgspec.Meta(
            description="The path below the prefix where it shows; left out, it only stands in "
            "the part's own directory."
        ),
    ] = None
    filename: Annotated[
        str | None,
        msgspec.Meta(
            description="The file's name in the part's directory, if the last name of the URL "
            "does not serve; not with `to` or `unpack`."
        ),
    ] = None
    unpack: Annotated[
        bool,
        msgspec.Meta(description="Extract it, a zip or tar archive, into the part's directory."),
    ] = False
    strip: Annotated[
        int,
        msgspec.Meta(description="How many leading names to drop from paths in the archive."),
    ] = 0
    executable: Annotated[bool, msgspec.Meta(description="Make the file executable.")] = False


class Download:
    """Puts a locked, verified download in place.

    `${parts.X.path}` is the file, or the folder of what was unpacked.
    """

    options: type[DownloadOptions] = DownloadOptions

    def declare(self, part: Part) -> Needs:
        """One artifact. Raises `ConfigurationError` for options that contradict each other."""
        options = part.typed(DownloadOptions)
        for key, message in _faults(options):
            raise ConfigurationError(message, origin=part.origin_of(key))
        _path(part)
        sha256 = options.sha256.lower() if options.sha256 else None
        return Needs(artifacts=(ArtifactRequest(url=options.url, sha256=sha256),))

    def outputs(self, part: Part) -> Outputs:
        """`path`: the file or the folder."""
        path = _path(part)
        place = Place(root="part", part=part.name, path="" if path == "." else path)
        return {"path": Text((place,))}

    def realise(self, part: Part, assembled: Assembled) -> tuple[Step, ...]:
        """Fetch or extract, and show it at `to`."""
        options = part.typed(DownloadOptions)
        artifact = assembled.artifacts[options.url]
        path = _path(part)
        step: Step = (
            ExtractArchive(path=path, artifact=artifact, strip=options.strip)
            if options.unpack
            else FetchFile(path=path, artifact=artifact, executable=options.executable)
        )
        return (step, Expose(path=path, target=path)) if options.to is not None else (step,)


def _faults(options: DownloadOptions) -> Iterator[tuple[str, str]]:
    if options.sha256 is not None and not _SHA256.fullmatch(options.sha256):
        yield "sha256", f"`{options.sha256}` is no sha256 in hexadecimal"
    if options.strip < 0:
        yield "strip", "`strip` can't be negative"
    if options.strip and not options.unpack:
        yield "strip", "`strip` needs `unpack`"
    if options.executable and options.unpack:
        yield "executable", "`executable` can't be with `unpack`"
    if options.filename is not None and (options.unpack or options.to is not None):
        yield "filename", "`filename` can't be with `to` or `unpack`"


def _path(part: Part) -> str:
    """Where it stands in the part's directory; `.` is that directory itself."""
    options = part.typed(DownloadOptions)
    if options.to is not None:
        return relative_path(options.to, part.origin_of("to"))
    if options.unpack:
        return "."
    if options.filename is not None:
        return relative_path(options.filename, part.origin_of("filename"))
    return file_name(options.url)


recipe = Download()
