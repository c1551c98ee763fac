"""Templates: configuration files and other texts, rendered by Jinja2."""

from collections.abc import Iterator, Mapping
from typing import Annotated

import msgspec

from assembler.api import (
    Assembled,
    ConfigurationError,
    Expose,
    Needs,
    Outputs,
    Part,
    Place,
    Step,
    Text,
    relative_path,
    text_file,
)

_SUFFIXES = (".j2", ".jinja", ".jinja2")


class TemplateOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """A text with variables, and where to put what it becomes."""

    from_: Annotated[
        str | None,
        msgspec.Meta(
            description="The template, a file of the project; or a folder of templates, ending "
            "in a slash, whose names lose `.j2`, `.jinja` or `.jinja2`."
        ),
    ] = msgspec.field(default=None, name="from")
    text: Annotated[
        Text | None, msgspec.Meta(description="Instead of `from`: the template itself.")
    ] = None
    to: Annotated[
        str | None,
        msgspec.Meta(description="The path below the prefix of the file, or of the folder."),
    ] = None
    files: Annotated[
        Mapping[str, Mapping[str, object]],
        msgspec.Meta(
            description="Instead of `to`: many files from one template, each path below the "
            "prefix with variables of its own, which win over `vars`."
        ),
    ] = {}
    vars: Annotated[
        Mapping[str, object],
        msgspec.Meta(description="The variables that the template may use: it sees no others."),
    ] = {}
    executable: Annotated[bool, msgspec.Meta(description="Make the files executable.")] = False


class Template:
    """Renders a template with Jinja2, where an unknown variable is an error.

    `${parts.X.path}` is the file; with `files`, each is an output of its own name:
    `${parts.X."kernels/a.json"}`. A secret can be written, and nothing else be done with it.
    """

    options: type[TemplateOptions] = TemplateOptions

    def declare(self, part: Part) -> Needs:
        """The template's content. Raises `ConfigurationError` for options that contradict."""
        options = part.typed(TemplateOptions)
        _one_of(part, ("from", options.from_ is not None), ("text", options.text is not None))
        _one_of(part, ("to", options.to is not None), ("files", bool(options.files)))
        _paths(part)
        if options.from_ is None:
            return Needs()
        source = relative_path(options.from_, part.origin_of("from"))
        if any(character in source for character in "*?["):
            raise ConfigurationError(
                "`from` is one file, or a folder that ends in a slash, not a pattern",
                origin=part.origin_of("from"),
            )
        if not _is_folder(options):
            return Needs(reads=(source,))
        if options.to is None:
            raise ConfigurationError(
                "a folder of templates needs `to`, not `files`", origin=part.origin_of("files")
            )
        return Needs(reads=(f"{source}/**",))

    def outputs(self, part: Part) -> Outputs:
        """`path`, or one output for each of `files`."""
        paths = _paths(part)
        if part.typed(TemplateOptions).to is not None:
            return {"path": _place(part, paths[0])}
        written = part.typed(TemplateOptions).files
        return {name: _place(part, path) for name, path in zip(written, paths, strict=True)}

    def realise(self, part: Part, assembled: Assembled) -> tuple[Step, ...]:
        """Write and show every rendered file; one that holds a secret is a live file."""
        executable = part.typed(TemplateOptions).executable
        rendered = dict(_rendered(part, assembled))
        return (
            *(text_file(path, rendered[path], executable=executable) for path in sorted(rendered)),
            *(Expose(path=path, target=path) for path in sorted(rendered)),
        )


def _rendered(part: Part, assembled: Assembled) -> Iterator[tuple[str, Text]]:
    from assembler_recipes.template.rendering import Source, render  # noqa: PLC0415 - needs jinja2

    options = part.typed(TemplateOptions)
    if options.text is not None:
        texts = {"": options.text}
    else:
        texts = {path: _decoded(part, path, assembled) for path in sorted(assembled.contents)}
    for path, text in texts.items():
        origin = part.origin_of("from" if path else "text")
        source = Source(name=path, text=text, origin=origin)
        if _is_folder(options):
            yield _in_folder(part, path), render(source, options.vars)
        else:
            for written, own in zip(_paths(part), options.files.values() or ({},), strict=True):
                yield written, render(source, {**options.vars, **own})


def _decoded(part: Part, path: str, assembled: Assembled) -> Text:
    try:
        return Text.of(assembled.contents[path].decode())
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"template `{path}` is not UTF-8: {error.reason} at byte {error.start}",
            origin=part.origin_of("from"),
        ) from error


def _in_folder(part: Part, path: str) -> str:
    """Where a template of the folder goes."""
    options = part.typed(TemplateOptions)
    folder = relative_path(options.from_ or "", part.origin_of("from"))
    name = path.removeprefix(f"{folder}/")
    suffix = next((suffix for suffix in _SUFFIXES if name.endswith(suffix)), "")
    return f"{_paths(part)[0]}/{name.removesuffix(suffix)}"


def _is_folder(options: TemplateOptions) -> bool:
    return options.from_ is not None and options.from_.endswith("/")


def _paths(part: Part) -> tuple[str, ...]:
    options = part.typed(TemplateOptions)
    if options.to is not None:
        return (relative_path(options.to, part.origin_of("to")),)
    return tuple(relative_path(path, part.origin_of("files", path)) for path in options.files)


def _place(part: Part, path: str) -> Text:
    return Text((Place(root="part", part=part.name, path=path),))


def _one_of(part: Part, *given: tuple[str, bool]) -> None:
    if sum(there for _, there in given) != 1:
        names = " and ".join(f"`{name}`" for name, _ in given)
        raise ConfigurationError(f"part `{part.name}` must have one of {names}", origin=part.origin)


recipe = Template()
