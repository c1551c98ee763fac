"""Sources that are compiled: autotools, cmake, meson and plain make."""

from assembler.api import (
    Assembled,
    BuildSource,
    ConfigurationError,
    Expose,
    FileDigest,
    Needs,
    Outputs,
    Part,
    PatchError,
    Place,
    SourcePatch,
    Step,
    Text,
    parse_patch,
    relative_path,
    shown_outputs,
)
from assembler_recipes.make.options import MakeOptions
from assembler_recipes.make.systems import MACHINE, commands, environment, tools


class Make:
    """Compiles a copy of a source, and installs it into the part's own directory.

    `${parts.X.dir}/bin/NAME`, or `${parts.X.bin.NAME}`, is a program that it installs;
    `${parts.X.path}` is the directory.
    """

    options: type[MakeOptions] = MakeOptions

    def declare(self, part: Part) -> Needs:
        """The patches, and the source where it is the project's own."""
        options = part.typed(MakeOptions)
        for key, wrong in (("jobs", options.jobs < 0), ("timeout", options.timeout <= 0)):
            if wrong:
                raise ConfigurationError(f"`{key}` is too low", origin=part.origin_of(key))
        shown_outputs(part, options.expose)
        folder = _folder(part)
        files = () if folder is None else (f"{folder}/**",)
        return Needs(files=files, reads=_patches(part))

    def outputs(self, part: Part) -> Outputs:
        """`path`: the part's directory."""
        return {"path": Text((Place(root="part", part=part.name),))}

    def realise(self, part: Part, assembled: Assembled) -> tuple[Step, ...]:
        """Build it, and show what `expose` says."""
        options = part.typed(MakeOptions)
        exposed = shown_outputs(part, options.expose)
        folder = _folder(part)
        source = BuildSource(
            source=options.source if folder is None else Text(),
            folder=folder or "",
            inputs=() if folder is None else _inputs(folder, assembled),
            patches=tuple(_patch(part, path, assembled) for path in _patches(part)),
            commands=commands(options, part.name),
            environment=environment(options, part.name),
            passed=tuple(name for name in MACHINE if name not in options.environment),
            tools=tools(options),
            outputs=tuple(dict.fromkeys(exposed.values())),
            jobs=options.jobs,
            timeout=options.timeout,
        )
        return (source, *(Expose(path=path, target=exposed[path]) for path in sorted(exposed)))


def _folder(part: Part) -> str | None:
    """The folder of the project that holds the source; `None` where another part does."""
    source, origin = part.typed(MakeOptions).source, part.origin_of("source")
    if source.literal is not None:
        return relative_path(source.literal, origin)
    places = [piece for piece in source.pieces if isinstance(piece, Place)]
    if any(place.root in ("project", "prefix") for place in places):
        raise ConfigurationError(
            "`source` is a folder of the project or of another part",
            origin=origin,
            hints=("a folder of the project is a path relative to it, without a reference",),
        )
    return None


def _inputs(folder: str, assembled: Assembled) -> tuple[FileDigest, ...]:
    inside = (file for file in assembled.files.items() if file[0].startswith(f"{folder}/"))
    return tuple(sorted(FileDigest(*file) for file in inside))


def _patches(part: Part) -> tuple[str, ...]:
    return tuple(
        relative_path(path, part.origin_of("patches", position))
        for position, path in enumerate(part.typed(MakeOptions).patches)
    )


def _patch(part: Part, path: str, assembled: Assembled) -> SourcePatch:
    """A patch with its content. Raises `ConfigurationError` for what is none."""
    content = assembled.contents[path]
    try:
        parse_patch(content)
    except PatchError as error:
        raise ConfigurationError(
            f"`{path}` is no patch: {error}", origin=part.origin_of("patches")
        ) from error
    return SourcePatch(path, content)


recipe = Make()
