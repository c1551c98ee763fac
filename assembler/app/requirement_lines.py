"""Files of requirements as pip reads them: what of them an assembly file can say."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import PurePath
from urllib.parse import parse_qs, urlsplit

import msgspec
from packaging.requirements import InvalidRequirement, Requirement

from assembler.app.first_assembly import inline
from assembler.app.sizes import check_configuration
from assembler.model.limits import Limits
from assembler.model.names import normalised_name
from assembler.model.pyproject import project_name
from assembler.model.sources import archive_name, is_archive
from assembler.ports import Files

_COMMENT = re.compile(r"(^|\s)#.*$")
_CREDENTIALS = re.compile(r"://[^/@\s]+@")
_SHORT = {
    "-r": "--requirement",
    "-c": "--constraint",
    "-e": "--editable",
    "-i": "--index-url",
    "-f": "--find-links",
}
_MEANINGLESS = frozenset({"--only-binary", "--prefer-binary", "--require-hashes", "--no-cache-dir"})
_ELSEWHERE = {
    "--extra-index-url": "write `[index.NAME]` with its `url`, and `only` for the names from there",
    "--find-links": 'write `[index.NAME]` with `format = "flat"` and `only`',
    "--trusted-host": "write `insecure = true` in its `[index.NAME]`",
}
_GIT = re.compile(r"git\+(?P<url>[^@#]+(?:@[^@/#]+(?=[:/]))?[^@#]*)(?:@(?P<rev>[^#]+))?")


class Listed(msgspec.Struct):
    """What files say, gathered: requirements, and what is not one."""

    requires: list[str] = []
    constraints: dict[str, str] = {}
    sources: dict[str, str] = {}
    policy: dict[str, str] = {}
    index: str = ""
    included: set[str] = set()
    left_out: list[str] = []


def listed(folder: PurePath, file: str, files: Files, limits: Limits) -> Listed:
    """What a file says, with all that it includes; paths are relative to the folder."""
    found = Listed()
    _Reader(folder, files, limits, found).read(file, constraining=False)
    return found


class _Reader:
    """Reads files, each once for requirements and once for constraints."""

    def __init__(self, folder: PurePath, files: Files, limits: Limits, found: Listed) -> None:
        self._folder = folder
        self._files = files
        self._limits = limits
        self._found = found
        self._read: set[tuple[str, bool]] = set()

    def read(self, file: str, *, constraining: bool) -> None:
        """Gather what a file says."""
        if (file, constraining) in self._read:
            return
        self._read.add((file, constraining))
        check_configuration(self._folder / file, file, self._files, self._limits)
        try:
            text = self._files.read(self._folder / file).decode("utf-8-sig")
        except (FileNotFoundError, UnicodeDecodeError):
            self._found.left_out.append(f"`{file}` can't be read")
            return
        for number, line in _lines(text):
            reason = self._line(line, file, constraining=constraining)
            if reason:
                shown = _CREDENTIALS.sub("://…@", line)
                self._found.left_out.append(f"`{shown}` at {file}:{number}: {reason}")

    def _line(self, line: str, file: str, *, constraining: bool) -> str:
        """Take one line; return why not, if so."""
        if line.startswith("-"):
            return self._option(line, file)
        text = re.split(r"\s--[a-z]", line)[0].strip()
        if constraining:
            return self._constrain(text)
        if (path := _path(text)) is not None:
            return self._tree(path, file, editable=False)
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            return self._address(text) if "://" in text else "it is no requirement"
        if requirement.url:
            return self._at(requirement)
        self._add(text)
        return ""

    def _add(self, text: str) -> None:
        if text not in self._found.requires:
            self._found.requires.append(text)

    def _option(self, line: str, file: str) -> str:
        name, value = _split_option(line)
        match name:
            case "--requirement" | "--constraint":
                self._include(value, file, constraining=name == "--constraint")
            case "--editable":
                path = _path(value, bare=True)
                return self._address(value) if path is None else self._tree(path, file)
            case "--index-url":
                return self._index(value)
            case "--pre":
                self._found.policy["prereleases"] = '["*"]'
            case _:
                return _reason(name)
        return ""

    def _include(self, path: str, file: str, *, constraining: bool) -> None:
        included = posixpath.normpath(posixpath.join(posixpath.dirname(file), path))
        self._found.included.add(included)
        self.read(included, constraining=constraining)

    def _index(self, url: str) -> str:
        parts = urlsplit(url)
        if parts.username or "$" in url:
            return "credentials come from the environment: write `[index.NAME]` without them"
        if parts.scheme not in ("https", "http", "file"):
            return "it is no URL"
        self._found.index = url
        return ""

    def _constrain(self, text: str) -> str:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            return "it is no constraint"
        if requirement.url or requirement.extras or requirement.marker:
            return "a constraint is a name and a version specifier"
        self._found.constraints[normalised_name(requirement.name)] = str(requirement.specifier)
        return ""

    def _tree(self, path: str, file: str, *, editable: bool = True) -> str:
        """A folder of the project; its name comes from its `pyproject.toml`."""
        path, _, extras = path.partition("[")
        folder = posixpath.normpath(posixpath.join(posixpath.dirname(file), path))
        document = self._folder / folder / "pyproject.toml"
        check_configuration(document, f"{folder}/pyproject.toml", self._files, self._limits)
        try:
            text = self._files.read(document).decode()
        except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
            return "its `pyproject.toml` is missing"
        if (name := project_name(text)) is None:
            return "its `pyproject.toml` says no name"
        table = inline(path=folder)
        self._found.sources[name] = f"{table[:-2]}, editable = true }}" if editable else table
        self._add(f"{name}[{extras}" if extras else name)
        return ""

    def _at(self, requirement: Requirement) -> str:
        """A requirement with a URL, which `[sources]` gets."""
        extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
        marker = f"; {requirement.marker}" if requirement.marker else ""
        table = _source(requirement.url or "")
        if table is None:
            return "write it under `[sources]`"
        self._found.sources[requirement.name] = table
        self._add(f"{requirement.name}{extras}{marker}")
        return ""

    def _address(self, url: str) -> str:
        """A bare URL, whose fragment names the distribution."""
        name = parse_qs(urlsplit(url).fragment).get("egg", [""])[0]
        table = _source(url)
        if table is None or not re.fullmatch(r"[\w.-]+(\[[\w.,-]+\])?", name):
            return "write it under `[sources]`, with its name"
        self._found.sources[name.partition("[")[0]] = table
        self._add(name)
        return ""


def _split_option(line: str) -> tuple[str, str]:
    """An option by its long name, and its value."""
    if line.startswith("--"):
        name, _, value = re.sub(r"[= ]", " ", line, count=1).partition(" ")
    else:
        name, value = line[:2], line[2:]
    return _SHORT.get(name, name), value.strip().strip("\"'")


def _reason(option: str) -> str:
    """Why an option is left out; empty for one that says nothing that matters here."""
    if option in _MEANINGLESS:
        return ""
    return _ELSEWHERE.get(option, "it is an option of pip's")


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that say something, continued ones joined, with their numbers."""
    begun, start = "", 1
    for number, line in enumerate(text.splitlines(), 1):
        if not begun:
            start = number
        if line.endswith("\\"):
            begun += line[:-1] + " "
            continue
        whole = _COMMENT.sub("", begun + line).strip()
        begun = ""
        if whole:
            yield start, whole


def _path(text: str, *, bare: bool = False) -> str | None:
    """The path that is meant, if it is one."""
    if "://" in text or text.startswith("git+"):
        return None
    return text if bare or text.startswith((".", "/")) else None


def _source(url: str) -> str | None:
    """A source in git or an archive at a URL, as `[sources]` says it; `None` for any other."""
    if match := _GIT.match(url):
        fragment = parse_qs(urlsplit(url).fragment)
        folder = fragment.get("subdirectory", [""])[0]
        entries = {"git": match["url"], "rev": match["rev"] or "", "subdirectory": folder}
        return inline(**{key: text for key, text in entries.items() if text})
    plain, _, fragment_text = url.partition("#")
    if urlsplit(plain).scheme not in ("https", "http") or not is_archive(archive_name(plain)):
        return None
    digest = parse_qs(fragment_text).get("sha256", [""])[0]
    return inline(url=plain, sha256=digest) if digest else inline(url=plain)
