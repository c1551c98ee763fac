"""Values that name what parts make, with the paths at which that stands in the current build."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from assembler.app.checkout import Checkout
from assembler.app.declaring import declare
from assembler.app.loading import project_prefix
from assembler.app.realise import outputs_of
from assembler.app.requirements import check_requirements
from assembler.app.services import Services
from assembler.config import show
from assembler.config.keys import dotted, nearest
from assembler.config.node import Node
from assembler.config.schema import Checked
from assembler.config.tree import with_elements
from assembler.errors import ConfigurationError
from assembler.execute import generations
from assembler.model.manifest import BuiltPart
from assembler.model.part import Part, PartName
from assembler.model.places import Places, shown
from assembler.model.text import Output, PartKey, Piece, Place, Text
from assembler.plan.outputs import resolve
from assembler.recipe import Outputs

_RESERVED = ("bin", "dir", "key", "name")
_BIN = "bin/"


class _Nothing(msgspec.Struct, frozen=True):
    """The options of what is only asked."""


class Standing:
    """Looks up values of a checked project, recipes' outputs among them.

    Raises `ConfigurationError`, or `Faults`, for what recipes refuse, for what is no requirement,
    and for references to outputs that there are not.
    """

    def __init__(self, checkout: Checkout, services: Services, checked: Checked) -> None:
        declared = declare(checked.project, services.recipes)
        check_requirements(checked.project, declared)
        self._parts: tuple[Part, ...] = declared.parts
        self._outputs: Mapping[PartName, Outputs] = outputs_of(declared.parts, services.recipes)
        self._resolved = checked.resolved
        prefix = project_prefix(checkout, checked.project)
        manifest = generations.readable(prefix, services.files)
        self._built: Mapping[str, BuiltPart] = manifest.parts if manifest else {}
        self._places = Places(
            prefix=str(prefix),
            project=str(checkout.folder),
            directories={name: part.directory for name, part in self._built.items()},
            keys={name: part.key for name, part in self._built.items()},
            shown={name: shown(part.exposed) for name, part in self._built.items()},
        )
        resolve(self._parts, self._outputs)

    def value(self, key: str) -> Node:
        """The value at a dotted key, or the output of a part; a table as the file has it."""
        path = show.path_of(key)
        parts = self._resolved.root.child("parts")
        part = parts.child(path[1]) if parts and path[0] == "parts" and path[2:] else None
        if part is None or path[2] in part.table:
            return self._settled(show.lookup(self._resolved, key))
        value = self._offered(path[1], path[2:], (*part.table, *_RESERVED))
        return self._settled(Node(value=value, source=part.source, path=part.path))

    def _offered(self, part: str, names: Sequence[str], known: Sequence[str]) -> str | Text:
        match names:
            case ("name",):
                return part
            case ("key",):
                return Text((PartKey(part),))
            case ("dir",):
                return Text((Place("part", part=part),))
            case ("bin", name):
                return Text((Place("part", f"{_BIN}{name}", part),))
            case _:
                return self._by_recipe(part, names, known)

    def _by_recipe(self, part: str, names: Sequence[str], known: Sequence[str]) -> Text:
        offered = self._outputs.get(PartName(part), {})
        if ".".join(names) in offered:
            return Text((Output(part, tuple(names)),))
        message = f"`{dotted(('parts', part))}` has neither a key nor an output `{dotted(names)}`"
        raise ConfigurationError(message, hints=nearest(".".join(names), (*known, *offered)))

    def _settled(self, node: Node) -> Node:
        """The value with paths instead of places, unless it is a table."""
        if isinstance(node.value, tuple):
            return with_elements(node, tuple(self._settled(each) for each in node.value))
        if not isinstance(node.value, Text):
            return node
        asked = Part(
            name=PartName(""),
            recipe="",
            options=_Nothing(),
            values={"value": node.value},
            origin=node.origin,
        )
        *_, found = resolve((*self._parts, asked), self._outputs)
        text = found.values["value"]
        value = self._path(text, node) if isinstance(text, Text) else text
        return msgspec.structs.replace(node, value=value)

    def _path(self, text: Text, node: Node) -> str | Text:
        for fault in self._faults(text, node):
            raise fault
        found = Text.of(*(self._found(piece) for piece in text.pieces))
        return found if found.literal is None else found.literal

    def _found(self, piece: Piece) -> Piece:
        match piece:
            case Place():
                return str(self._places.path(piece))
            case PartKey():
                return self._places.keys[piece.part]
            case _:
                return piece

    def _faults(self, text: Text, node: Node) -> Iterator[ConfigurationError]:
        for piece in text.pieces:
            if not isinstance(piece, Place | PartKey) or not piece.part:
                continue
            if piece.part not in self._built:
                message = f"part `{piece.part}` is not built: only then it is known where it stands"
                hints = ("`assemble build` builds it",)
                yield ConfigurationError(message, origin=node.origin, hints=hints)
            elif isinstance(piece, Place) and piece.path.startswith(_BIN):
                yield from self._no_launcher(piece, node)

    def _no_launcher(self, place: Place, node: Node) -> Iterator[ConfigurationError]:
        files = self._built[place.part].files
        there = [each.path[len(_BIN) :] for each in files if each.path.startswith(_BIN)]
        name = place.path.removeprefix(_BIN)
        if name not in there:
            message = f"part `{place.part}` has no launcher `{name}`"
            hints = nearest(name, there)
            yield ConfigurationError(message, origin=node.origin, hints=hints)
