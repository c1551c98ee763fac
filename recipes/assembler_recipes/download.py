"""Downloads: a file or an archive from the web, by its hash."""

import re
from collections.abc import Iterator, Mapping
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
    TargetName,
    Text,
    file_name,
    is_target,
    relative_path,
    url_fault,
)

_SCHEMES = ("https", "http", "file")
_SHA256 = re.compile("[0-9a-fA-F]{64}")


class Variant(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """Another file for one target."""

    url: Annotated[str, msgspec.Meta(description="Where it is.")]
    sha256: Annotated[
        str | None, msgspec.Meta(description="The sha256 that it must have; left out, as above.")
    ] = None


class DownloadOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """A file or an archive from the web."""

    url: Annotated[
        str | None,
        msgspec.Meta(description="Where it is; with `targets`, for all others than these."),
    ] = None
    sha256: Annotated[
        str | None,
        msgspec.Meta(
            description="The sha256 that it must have, in hexadecimal; left out, "
            "`assemble lock` records the one that it has."
        ),
    ] = None
    targets: Annotated[
        Mapping[str, Variant],
        msgspec.Meta(
            description="Other files for single targets of the lock, by their names. The lock has "
            "all of them; a build takes the one for its target."
        ),
    ] = {}
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
            "does not serve (or, where targets have several, the part's name); not with `to` or "
            "`unpack`."
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
        """One artifact, or one a target. Raises `ConfigurationError` for contradictions."""
        options = part.typed(DownloadOptions)
        for keys, message in _faults(options):
            raise ConfigurationError(message, origin=part.origin_of(*keys))
        for keys, url in _urls(options).items():
            if fault := url_fault(url, _SCHEMES, part.origin_of(*keys)):
                raise fault
        _path(part)
        requests = [
            _request(variant, TargetName(name, part.origin_of("targets", name)))
            for name, variant in options.targets.items()
        ]
        if options.url is not None:
            requests.append(_request(Variant(url=options.url, sha256=options.sha256)))
        return Needs(artifacts=tuple(requests))

    def outputs(self, part: Part) -> Outputs:
        """`path`: the file or the folder."""
        path = _path(part)
        place = Place(root="part", part=part.name, path="" if path == "." else path)
        return {"path": Text((place,))}

    def realise(self, part: Part, assembled: Assembled) -> tuple[Step, ...]:
        """Fetch or extract, and show it at `to`. Raises `ConfigurationError` for other targets."""
        options = part.typed(DownloadOptions)
        artifact = assembled.artifacts[_url(part, assembled)]
        path = _path(part)
        step: Step = (
            ExtractArchive(path=path, artifact=artifact, strip=options.strip)
            if options.unpack
            else FetchFile(path=path, artifact=artifact, executable=options.executable)
        )
        return (step, Expose(path=path, target=path)) if options.to is not None else (step,)


def _request(variant: Variant, *targets: TargetName) -> ArtifactRequest:
    sha256 = variant.sha256.lower() if variant.sha256 else None
    return ArtifactRequest(url=variant.url, sha256=sha256, targets=targets)


def _url(part: Part, assembled: Assembled) -> str:
    """Where the file for a target is."""
    options, target = part.typed(DownloadOptions), assembled.target
    fitting = (each.url for name, each in options.targets.items() if is_target(name, target))
    url = next(fitting, options.url)
    if url is None:
        raise ConfigurationError(
            f"part `{part.name}` has nothing to download for `{target.name}`",
            origin=part.origin_of("targets"),
            hints=("name it in `targets`, or give a `url` for all others",),
        )
    return url


def _urls(options: DownloadOptions) -> Mapping[tuple[str, ...], str]:
    """Every URL by the keys that it stands under."""
    urls: dict[tuple[str, ...], str] = {
        ("targets", name, "url"): each.url for name, each in options.targets.items()
    }
    return urls if options.url is None else {**urls, ("url",): options.url}


def _faults(options: DownloadOptions) -> Iterator[tuple[tuple[str, ...], str]]:
    if options.url is None and not options.targets:
        yield ("url",), "there must be a `url`, or `targets` with one each"
    if options.url is None and options.sha256 is not None:
        yield ("sha256",), "`sha256` needs `url`"
    yield from _hash_faults(("sha256",), options.sha256)
    for name, variant in options.targets.items():
        yield from _hash_faults(("targets", name, "sha256"), variant.sha256)
    if options.strip < 0:
        yield ("strip",), "`strip` can't be negative"
    if options.strip and not options.unpack:
        yield ("strip",), "`strip` needs `unpack`"
    if options.executable and options.unpack:
        yield ("executable",), "`executable` can't be with `unpack`"
    if options.filename is not None and (options.unpack or options.to is not None):
        yield ("filename",), "`filename` can't be with `to` or `unpack`"


def _hash_faults(
    keys: tuple[str, ...], sha256: str | None
) -> Iterator[tuple[tuple[str, ...], str]]:
    if sha256 is not None and not _SHA256.fullmatch(sha256):
        yield keys, f"`{sha256}` is no sha256 in hexadecimal"


def _path(part: Part) -> str:
    """Where it stands in the part's directory; `.` is that directory itself."""
    options = part.typed(DownloadOptions)
    if options.to is not None:
        return relative_path(options.to, part.origin_of("to"))
    if options.unpack:
        return "."
    if options.filename is not None:
        return relative_path(options.filename, part.origin_of("filename"))
    names = {file_name(url) for url in _urls(options).values()}
    return names.pop() if len(names) == 1 else part.name


recipe = Download()
