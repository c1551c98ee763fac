"""Rendering by Jinja2, with paths in the variables that are only known later."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from types import TracebackType

import msgspec
from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from assembler.api import ConfigurationError, Origin, Text
from assembler_recipes.template.placed import Marks, Placed

_UNDEFINED = re.compile("'([^']*)' is undefined")


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A template: its path below the checkout, or none for one in the assembly itself."""

    name: str
    text: Text
    origin: Origin

    def at(self, line: int) -> Origin:
        """The place of a line of the template."""
        if not self.name:
            return self.origin
        lines = "".join(piece for piece in self.text.pieces if isinstance(piece, str)).splitlines()
        excerpt = lines[line - 1] if 0 < line <= len(lines) else ""
        indent = len(excerpt) - len(excerpt.lstrip())
        return Origin(
            file=self.name,
            line=line,
            column=indent + 1,
            width=max(1, len(excerpt.strip())),
            excerpt=excerpt,
        )


def render(source: Source, variables: Mapping[str, object]) -> Text:
    """The text that a template becomes.

    Raises `ConfigurationError`, at the template's line, for wrong syntax, for an unknown variable
    and for whatever else goes wrong in it.
    """
    marks = Marks()
    environment = _environment()
    text = "".join(
        piece if isinstance(piece, str) else marks.optional(Text((piece,)))
        for piece in source.text.pieces
    )
    filename = source.name or "<text>"
    known = {name: marks.value(value) for name, value in variables.items()}
    try:
        code = environment.compile(text, filename=filename)
        template = environment.template_class.from_code(environment, code, environment.globals)
        rendered = template.render(known)
    except TemplateSyntaxError as error:
        message = f"the template is wrong: {error.message}"
        raise ConfigurationError(message, origin=source.at(error.lineno)) from error
    except UndefinedError as error:
        raise _undefined(error, source, filename, known) from error
    except Exception as error:
        message = _worded(f"the template can't be rendered: {error}")
        origin = source.at(_line(error.__traceback__, filename))
        raise ConfigurationError(message, origin=origin) from error
    return _text(rendered, marks, source)


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, keep_trailing_newline=True, autoescape=False
    )
    del environment.globals["lipsum"]
    del environment.filters["random"]
    return environment


def _text(rendered: str, marks: Marks, source: Source) -> Text:
    text = marks.unmarked(rendered)
    if text is None:
        lost = marks.lost_secrets(rendered) or marks.lost_secrets(rendered, optional=True)
        secrets = ", ".join(f"`{name}`" for name in lost)
        what = f"the secret {secrets}, which" if secrets else "a path that"
        when = "the file is written" if secrets else "the part is performed"
        raise ConfigurationError(
            f"the template changes {what} is only known when {when}",
            origin=source.origin,
            hints=("use no filter on it: write `{{ name }}` alone",),
        )
    return text


def _undefined(
    error: UndefinedError, source: Source, filename: str, known: Mapping[str, object]
) -> ConfigurationError:
    message = _worded(error.message or "something is undefined")
    hints: tuple[str, ...] = ()
    if found := _UNDEFINED.fullmatch(message):
        message = f"the template uses the variable `{found[1]}`, which is not in `vars`"
        near = get_close_matches(found[1], known, 1)
        hints = tuple(f"did you mean `{name}`?" for name in near)
        if not near and known:
            hints = (f"variables there are: {', '.join(f'`{name}`' for name in sorted(known))}",)
    origin = source.at(_line(error.__traceback__, filename))
    return ConfigurationError(message, origin=origin, hints=hints)


def _worded(message: str) -> str:
    """The message, or what it means where it is about one of ours."""
    if Placed.__name__ not in message:
        return message
    return "the template can only write a path or a secret that is known later, and asks more of it"


def _line(trace: TracebackType | None, filename: str) -> int:
    """The template's line where an exception was raised."""
    line = 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == filename:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
