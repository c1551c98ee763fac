"""Links: to whatever else, or to all the sources of a program in one tree."""

from collections.abc import Iterator, Mapping
from typing import Annotated

import msgspec

from assembler.api import (
    Assembled,
    CheckOutput,
    ConfigurationError,
    Expose,
    LinkSources,
    MakeSymlink,
    Needs,
    Outputs,
    Part,
    Place,
    ProgramOf,
    Step,
    Text,
    part_name,
    relative_path,
)

_DANGLING = """\
lost=$(find . -type l ! -exec test -e {} ';' -print)
[ -z "$lost" ] || { printf 'there is nothing where these lead:\\n%s\\n' "$lost"; exit 1; }
"""


class LinksOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """Links by their paths, the sources of a program, or both."""

    links: Annotated[
        Mapping[str, Text],
        msgspec.Meta(
            description="Where each link leads, by its path below the prefix; relative paths start "
            "at the checkout."
        ),
    ] = {}
    distributions_of: Annotated[
        str | None,
        part_name("The part whose program's sources are shown in one tree, as Python sees them."),
    ] = None
    to: Annotated[
        str | None,
        msgspec.Meta(description="The path below the prefix where that tree shows."),
    ] = None


class Links:
    """Makes links; where one would lead to nothing, the part fails.

    `${parts.X.path}` is the tree of a program's sources.
    """

    options: type[LinksOptions] = LinksOptions

    def declare(self, part: Part) -> Needs:
        """The program to see. Raises `ConfigurationError` for options that don't go together."""
        options = part.typed(LinksOptions)
        if not options.links and options.distributions_of is None:
            raise ConfigurationError(
                f"part `{part.name}` must have `links` or `distributions-of`", origin=part.origin
            )
        for given, other in (("distributions-of", "to"), ("to", "distributions-of")):
            if _given(options, given) and not _given(options, other):
                raise ConfigurationError(f"`{given}` needs `{other}`", origin=part.origin_of(given))
        tuple(_links(part))
        if options.distributions_of is None:
            return Needs()
        _tree(part)
        asked = ProgramOf(options.distributions_of, part.origin_of("distributions-of"))
        return Needs(programs_of=(asked,))

    def outputs(self, part: Part) -> Outputs:
        """`path`: the tree of a program's sources, if there is one."""
        if part.typed(LinksOptions).to is None:
            return {}
        return {"path": Text((Place(root="part", part=part.name, path=_tree(part)),))}

    def realise(self, part: Part, assembled: Assembled) -> tuple[Step, ...]:
        """The links, shown at their paths, none of which may lead to nothing."""
        links = tuple(_links(part))
        sources = tuple(_sources(part, assembled))
        check = CheckOutput(tool="sh", arguments=(Text.of("-c"), Text.of(_DANGLING)))
        shown = (*(each.path for each in links), *(each.path for each in sources))
        return (*links, *sources, check, *(Expose(path=path, target=path) for path in shown))


def _given(options: LinksOptions, key: str) -> bool:
    return (options.to if key == "to" else options.distributions_of) is not None


def _tree(part: Part) -> str:
    return relative_path(part.typed(LinksOptions).to or "", part.origin_of("to"))


def _links(part: Part) -> Iterator[MakeSymlink]:
    for path, target in part.typed(LinksOptions).links.items():
        origin = part.origin_of("links", path)
        if target.secrets:
            raise ConfigurationError(f"the link `{path}` can't lead to a secret", origin=origin)
        literal, led = target.literal, target
        if literal is not None and not literal.startswith("/"):
            led = Text((Place("project", relative_path(literal, origin)),))
        yield MakeSymlink(path=relative_path(path, origin), target=led)


def _sources(part: Part, assembled: Assembled) -> Iterator[LinkSources]:
    options = part.typed(LinksOptions)
    for program in assembled.programs.values():
        packages = f"lib/python{program.python.minor}/site-packages"
        place = Place(root="part", part=options.distributions_of or "", path=packages)
        yield LinkSources(path=_tree(part), packages=Text((place,)))


recipe = Links()
