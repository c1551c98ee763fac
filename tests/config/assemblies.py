"""Small recipes, and a way to read an assembly and to see all that is wrong with it."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, time
from pathlib import PurePath
from typing import Annotated, Any, Literal

import msgspec
import tomli
from jsonschema import Draft202012Validator

from assembler.config.compose import compose
from assembler.config.document import Document, assignments, parse
from assembler.config.json_schema import json_schema
from assembler.config.schema import load
from assembler.errors import AssemblerError, Faults
from assembler.model.part import Part, PartName
from assembler.model.project import Project
from assembler.model.step import Step
from assembler.model.text import Text, Value
from assembler.recipe import Assembled, Needs, Recipe

HEAD = '[assembly]\nname = "shop"\npython = "3.12"\n'


class Launcher(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    script: str | None = None
    entry_point: str | None = None
    args: tuple[Text, ...] = ()
    interpreter: bool = False


class Program(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    requires: tuple[str, ...]
    python: str | None = None
    constraints: Mapping[str, str] = {}
    env: Mapping[str, Text] = {}
    launchers: Mapping[str, Launcher] = {}
    scripts: tuple[str, ...] | Mapping[str, str] | Literal["all"] | None = None
    workers: Annotated[int, msgspec.Meta(ge=1, description="How many.")] = 1
    ratio: float = 1.0
    greedy: bool = False
    style: Literal["plain", "fancy"] = "plain"


class File(msgspec.Struct, frozen=True, kw_only=True, rename="kebab"):
    to: str
    text: Text = Text()
    vars: Mapping[str, Value] = {}

    def __post_init__(self) -> None:
        if self.to.startswith("/"):
            message = f"`{self.to}` is absolute"
            raise ValueError(message)


class Tiny:
    """A recipe that needs and makes nothing."""

    def __init__(self, options: type[msgspec.Struct]) -> None:
        self._options = options

    @property
    def options(self) -> type[msgspec.Struct]:
        return self._options

    def declare(self, part: Part) -> Needs:
        return Needs(files=(part.name,))

    def realise(self, part: Part, assembled: Assembled) -> tuple[Step, ...]:
        del part, assembled
        return ()


RECIPES: Mapping[str, Recipe] = {"program": Tiny(Program), "file": Tiny(File)}


VALIDATOR = Draft202012Validator(json.loads(json.dumps(json_schema(RECIPES))))
"""Whatever the loader takes, the schema takes, too; it also checks parts that are left out."""


def as_json(value: Any) -> Any:
    """What TOML says, in JSON: dates and times as text."""
    if isinstance(value, dict):
        return {key: as_json(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [as_json(element) for element in value]
    return value.isoformat() if isinstance(value, date | time) else value


def _without_disabled(text: str) -> Any:
    said = as_json(tomli.loads(text))
    parts = said.get("parts", {}).items()
    kept = {name: part for name, part in parts if part.get("enabled", True) is not False}
    return {**said, "parts": kept}


def document(text: str, settings: Sequence[str] = (), file: str = "assembly.toml") -> Document:
    return compose([parse(text, file), *([assignments(settings)] if settings else [])])


def project(
    text: str,
    settings: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    file: str = "assembly.toml",
) -> Project:
    loaded = load(
        document(text, settings, file),
        recipes=RECIPES,
        folder=PurePath("/srv/shop"),
        environment=environment or {},
    )
    if not settings:
        assert not [*VALIDATOR.iter_errors(_without_disabled(text))], "the schema refuses it"
    return loaded


def part(text: str, settings: Sequence[str] = (), environment: Mapping[str, str] | None = None):
    """The part `app` of an assembly that this text ends."""
    return project(HEAD + text, settings, environment).parts[PartName("app")]


def faults(
    text: str, settings: Sequence[str] = (), environment: Mapping[str, str] | None = None
) -> str:
    """All that is wrong, as a page: place, message, the text under the caret, hints."""
    try:
        project(text, settings, environment)
    except Faults as found:
        return "\n".join(told(error) for error in found.errors)
    except AssemblerError as error:
        return told(error)
    return ""


def told(error: AssemblerError) -> str:
    lines = [error.message]
    if origin := error.origin:
        start = origin.column - 1
        caret = origin.excerpt[start : start + origin.width] if origin.column else ""
        lines.append(f"  at {origin.file}:{origin.line}:{origin.column} |{caret}|")
    lines += [f"  {detail}" for detail in error.details]
    lines += [f"  hint: {hint}" for hint in error.hints]
    return "\n".join(lines)
