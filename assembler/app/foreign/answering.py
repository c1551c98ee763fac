"""Answers questions about recipes, in the process that imports them."""

import sys
import traceback
from collections.abc import Mapping
from importlib.metadata import Distribution, EntryPoint
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import PurePath
from types import ModuleType

import msgspec

from assembler.app.foreign.messages import (
    VERSION,
    Answer,
    Crashed,
    Declare,
    Declared,
    Describe,
    Described,
    Expand,
    Expanded,
    MadePart,
    Offer,
    Offered,
    Open,
    Opened,
    Question,
    Realise,
    Realised,
    Refused,
    RefusedFor,
    SentPart,
)
from assembler.app.foreign.option_types import described, record_types
from assembler.app.foreign.values import decoded, encoded
from assembler.errors import AssemblerError, ConfigurationError, Faults
from assembler.model.part import ExpandedPart, Part, PartName
from assembler.recipe import HasExpansion, HasOutputs, Recipe

GROUP = "assembler.recipes"
INIT = "__init__.py"


class Answers:
    """Answers lines of JSON with lines of JSON; nothing but the end of the process is raised."""

    def __init__(self) -> None:
        self._installed: Mapping[str, EntryPoint] = {}
        self._recipes: dict[str, Recipe] = {}

    def __call__(self, question: bytes) -> bytes:
        """The answer to a question."""
        answer: Answer
        try:
            asked: Question = msgspec.json.decode(question, type=Question)
            answer = self._answer(asked)
        except AssemblerError as error:
            errors = error.errors if isinstance(error, Faults) else (error,)
            answer = Refused(tuple(map(_refusal, errors)))
        except Exception as error:  # noqa: BLE001 - whatever a recipe raises is told
            raised = f"{type(error).__name__}: {error}".strip()
            answer = Crashed(raised, "".join(traceback.format_exception(error)))
        return msgspec.json.encode(answer)

    def _answer(self, question: Question) -> Answer:
        match question:
            case Open():
                return self._open(question)
            case Describe(recipe=name):
                return _description(self._recipe(name))
            case Expand(recipe=name, part=sent):
                recipe = self._recipe(name)
                made = (
                    recipe.expand(_part(sent, recipe)) if isinstance(recipe, HasExpansion) else ()
                )
                return Expanded(tuple(map(_made, made)))
            case Declare(recipe=name, part=sent):
                recipe = self._recipe(name)
                return Declared(recipe.declare(_part(sent, recipe)))
            case Offer(recipe=name, part=sent):
                recipe = self._recipe(name)
                part = _part(sent, recipe)
                return Offered(dict(recipe.outputs(part)) if isinstance(recipe, HasOutputs) else {})
            case Realise(recipe=name, part=sent, assembled=assembled):
                recipe = self._recipe(name)
                return Realised(tuple(recipe.realise(_part(sent, recipe), assembled)))

    def _open(self, asked: Open) -> Opened:
        if asked.distribution:
            found = Distribution.from_name(asked.distribution).entry_points.select(group=GROUP)
            self._installed = {point.name: point for point in found}
        else:
            self._recipes = _of_module(_imported(PurePath(asked.file)))
        return Opened(version=VERSION, recipes=(*sorted({*self._installed, *self._recipes}),))

    def _recipe(self, name: str) -> Recipe:
        if name not in self._recipes:
            loaded: Recipe = self._installed[name].load()
            self._recipes[name] = loaded
        return self._recipes[name]


def _refusal(error: AssemblerError) -> RefusedFor:
    return RefusedFor(
        message=error.message, origin=error.origin, details=error.details, hints=error.hints
    )


def _imported(file: PurePath) -> ModuleType:
    """The module of a file, or the import package whose `__init__.py` it is."""
    package = file.name == INIT
    name = file.parent.name if package else file.stem
    inner = [str(file.parent)] if package else None
    spec = spec_from_file_location(name, str(file), submodule_search_locations=inner)
    if spec is None or spec.loader is None:
        raise ImportError(file)
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _of_module(module: ModuleType) -> dict[str, Recipe]:
    """The recipes that a module names, `_` written as `-`."""
    return {
        name.replace("_", "-"): value
        for name, value in vars(module).items()
        if not name.startswith("_") and _is_recipe(value)
    }


def _is_recipe(value: object) -> bool:
    options: object = getattr(value, "options", None)
    whole = all(callable(getattr(value, method, None)) for method in ("declare", "realise"))
    typed = isinstance(options, type) and issubclass(options, msgspec.Struct)
    return whole and typed and not isinstance(value, type)


def _description(recipe: Recipe) -> Described:
    outputs = (type(recipe).outputs.__doc__ or "") if isinstance(recipe, HasOutputs) else None
    expands = (type(recipe).expand.__doc__ or "") if isinstance(recipe, HasExpansion) else None
    return Described(
        summary=type(recipe).__doc__ or "",
        records=described(record_types(recipe.options)),
        outputs=outputs,
        expands=expands,
    )


def _made(part: ExpandedPart) -> MadePart:
    return MadePart(
        name=part.name, recipe=part.recipe, options=encoded(part.options), needs=tuple(part.needs)
    )


def _part(sent: SentPart, recipe: Recipe) -> Part:
    """The part that was sent. Raises `ConfigurationError` where its options refuse their values."""
    try:
        options = decoded(sent.options, record_types(recipe.options))
    except ValueError as error:
        raise ConfigurationError(str(error), origin=sent.origin) from error
    except AssemblerError as error:
        error.origin = error.origin or sent.origin
        raise
    values = decoded(sent.values)
    if not isinstance(options, msgspec.Struct) or not isinstance(values, dict):
        raise TypeError(sent.name)
    return Part(
        name=PartName(sent.name),
        recipe=sent.recipe,
        options=options,
        values=values,
        needs=tuple(map(PartName, sent.needs)),
        expansion=tuple(map(PartName, sent.expansion)),
        edges=frozenset(map(PartName, sent.edges)),
        origin=sent.origin,
        origins=sent.origins,
    )
