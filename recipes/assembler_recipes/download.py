"""Downloads: a file or an archive from the web, by its hash."""

import re
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
    relative_path,
)


class DownloadOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """A file or an archive from the web."""

    url: Annotated[str, msgspec.Meta(description="Where it is.")]
    sha256: Annotated[
        str | None,
        msgspec.Meta(
            description="The sha256 that it must have, in hexadecimal; left out, "
            "`assemble lock` records the one that it has.",
            pattern="^[0-9a-fA-F]{64}$",
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
        msgspec.Meta(description="How many leading names to drop from paths in the archive.", ge=0),
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
        for key, wrong in (
            ("strip", options.strip > 0 and not options.unpack),
            ("executable", options.executable and options.unpack),
            ("filename", options.filename is not None and (options.unpack or bool(options.to))),
        ):
            if wrong:
                against = "`to` or `unpack`" if key == "filename" else "`unpack`"
                relation = "needs" if key == "strip" else "can't be with"
                raise ConfigurationError(
                    f"`{key}` {relation} {against}", origin=part.origin_of(key)
                )
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
        return (step, Expose(path=path, target=path)) if options.to else (step,)


def _path(part: Part) -> str:
    """Where it stands in the part's directory; `.` is that directory itself."""
    options = part.typed(DownloadOptions)
    if options.to:
        return relative_path(options.to, part.origin_of("to"))
    if options.unpack:
        return "."
    if options.filename:
        return relative_path(options.filename, part.origin_of("filename"))
    resource = re.split("[?#]", options.url)[0].partition("://")[2]
    name = resource.rpartition("/")[2] if "/" in resource else ""
    if name in {"", ".", ".."}:
        raise ConfigurationError(
            f"`{options.url}` ends in no file name",
            origin=part.origin_of("url"),
            hints=("give a `filename`",),
        )
    return relative_path(name, part.origin_of("url"))


recipe = Download()
