"""`assemble init`: a first assembly file, from what the folder tells."""

import re
from collections.abc import Sequence
from pathlib import PurePath

import msgspec

from assembler.app.services import Services
from assembler.errors import ConfigurationError
from assembler.model.pyproject import normalised_name, project_name

TARGETS = ("linux-x86_64", "linux-aarch64", "macos-arm64")
REQUIREMENTS_FILE = "requirements.txt"

TEMPLATE = """\
[assembly]
name = {name}
python = {python}

[lock]
targets = [{targets}]
{sources}
[parts.{part}]
recipe = "program"
requires = [{requires}]
{launchers}"""


class FirstAssembly(msgspec.Struct, frozen=True, kw_only=True):
    """What a first assembly file says, and which lines of `requirements.txt` it leaves out."""

    name: str
    python: str
    requires: tuple[str, ...]
    own: bool = False
    left_out: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The file's text."""
        own = f'\n[sources]\n{self.name} = {{ path = ".", editable = true }}\n' if self.own else ""
        return TEMPLATE.format(
            name=_quoted(self.name),
            python=_quoted(self.python),
            targets=", ".join(map(_quoted, TARGETS)),
            sources=own,
            part=self.name,
            requires=_array(self.requires),
            launchers="" if self.requires else 'interpreter = "py"\n',
        )


def init(
    folder: PurePath, file: str, requirements: Sequence[str], services: Services
) -> FirstAssembly:
    """Write the file. Raises `ConfigurationError` if there is one."""
    if services.files.state(folder / file):
        raise ConfigurationError(
            f"there is a `{file}` already", hints=("edit it, or name another with `-f FILE`",)
        )
    first = _first(folder, requirements, services)
    services.files.write(folder / file, first.text.encode())
    return first


def _first(folder: PurePath, requirements: Sequence[str], services: Services) -> FirstAssembly:
    python = services.machine.python
    own_name = project_name(_text(folder / "pyproject.toml", services))
    name = normalised_name(own_name or folder.name) or "app"
    if requirements:
        return FirstAssembly(name=name, python=python, requires=tuple(requirements))
    if own_name:
        return FirstAssembly(name=name, python=python, requires=(name,), own=True)
    listed, left_out = _listed(_text(folder / REQUIREMENTS_FILE, services))
    return FirstAssembly(name=name, python=python, requires=listed, left_out=left_out)


def _listed(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The requirements in a `requirements.txt`, and the lines that are options of pip's."""
    joined = re.sub(r"\\\n", " ", text)
    lines = [re.sub(r"(^|\s)#.*$", "", line).strip() for line in joined.splitlines()]
    options = tuple(line for line in lines if line.startswith("-"))
    listed = [re.split(r"\s--", line)[0].strip() for line in lines if line and line not in options]
    return tuple(listed), options


def _text(path: PurePath, services: Services) -> str:
    return services.files.read(path).decode("utf-8") if services.files.state(path) else ""


def _array(values: Sequence[str]) -> str:
    if len(values) <= 1:
        return "".join(map(_quoted, values))
    return "".join(f"\n    {_quoted(value)}," for value in values) + "\n"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
