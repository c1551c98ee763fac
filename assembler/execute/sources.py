"""A tree of links to the sources that an environment imports, as Python finds them."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath, PurePosixPath

from assembler.execute.site import Site
from assembler.model.places import relative_path
from assembler.model.step import LinkSources
from assembler.ports import Files, FileState

_MODULES = (".py", ".so")
_NO_SOURCES = ("setup.py", "conftest.py", "noxfile.py", "node_modules")
_MAPPING = re.compile(r"^MAPPING(?::[^=\n]*)? = (\{.*\})$", re.MULTILINE)
_FINDER = re.compile(r"__editable___.*_finder\.py")
_MOST_LINKS = 40
_DEEPEST = 3
_LISTED = 5


def link_sources(step: LinkSources, site: Site) -> None:
    """Make the tree, and say what is hidden in it by something of the same name."""
    packages = PurePosixPath(site.places.text(step.packages))
    sources = _Sources(packages, site.tools.files)
    top = site.directory / step.path
    site.tools.files.make_directory(top)
    for path, target in sources.links():
        link = top / path
        inside = target.is_relative_to(site.prefix.path)
        shown = relative_path(PurePosixPath(target), link.parent) if inside else str(target)
        site.tools.files.symlink(link, shown)
    if sources.hidden:
        listed = ", ".join(f"`{path}`" for path in sources.hidden[:_LISTED])
        more = len(sources.hidden) - _LISTED
        rest = f" and {more} more" if more > 0 else ""
        site.tools.reporter.note(
            f"part `{site.part.name}` does not show {listed}{rest}: something of the same name is "
            "imported instead"
        )


class _Sources:
    """What is imported from a `site-packages` and from the folders that its files name.

    A regular package or module hides what comes later; the portions of a namespace package (PEP
    420) are merged. `hidden` are the paths that were not shown.
    """

    def __init__(self, packages: PurePath, files: Files) -> None:
        self._packages = packages
        self._files = files
        self._mapped = dict(self._mappings())
        self.hidden: list[str] = []

    def links(self) -> Iterator[tuple[str, PurePath]]:
        """Every link of the tree, and where it leads."""
        found: dict[str, list[PurePath]] = {}
        for folder in (self._packages, *self._further()):
            for name in self._files.names(folder):
                if self._imported(folder, name):
                    found.setdefault(name, []).append(folder / name)
        for name in self._mapped:
            found.setdefault(name.partition("/")[0], [])
        for name, stands in sorted(found.items()):
            yield from self._below(name, stands)

    def _below(self, path: str, stands: Sequence[PurePath]) -> Iterator[tuple[str, PurePath]]:
        """The links at a path for which several folders may have something."""
        mapped = [self._mapped[path]] if path in self._mapped else []
        several = any(name.startswith(f"{path}/") for name in self._mapped)
        regular = [each for each in (*stands, *mapped) if not self._is_portion(each)]
        chosen = regular or [*stands, *mapped]
        if regular or (len(chosen) == 1 and not several):
            self.hidden += [str(each) for each in (*stands, *mapped) if each != chosen[0]]
            yield path, chosen[0]
            return
        inside: dict[str, list[PurePath]] = {}
        for folder in chosen:
            for name in self._files.names(folder):
                if name != "__pycache__":
                    inside.setdefault(name, []).append(folder / name)
        for name in self._mapped:
            if name.startswith(f"{path}/"):
                inside.setdefault(name[len(path) + 1 :].partition("/")[0], [])
        for name, portions in sorted(inside.items()):
            yield from self._below(f"{path}/{name}", portions)

    def _is_portion(self, path: PurePath) -> bool:
        """Whether it is a folder that Python takes for a part of a namespace package."""
        return self._is_folder(path) and self._files.state(path / "__init__.py") is None

    def _is_folder(self, path: PurePath) -> bool:
        state = self._at_end(path)
        return state is not None and state.kind == "directory"

    def _at_end(self, path: PurePath) -> FileState | None:
        """What stands where the path leads, through any links."""
        for _ in range(_MOST_LINKS):
            state = self._files.state(path)
            if state is None or state.kind != "link":
                return state
            path = _joined(path.parent, state.target)
        return None

    def _imported(self, folder: PurePath, name: str) -> bool:
        path = folder / name
        if name.endswith(_MODULES):
            own = name.startswith("__editable__") or (
                folder != self._packages and name in _NO_SOURCES
            )
            return not own and self._at_end(path) is not None
        if not name.isidentifier() or name in ("__pycache__", *_NO_SOURCES):
            return False
        return self._is_folder(path) and (folder == self._packages or self._has_modules(path))

    def _has_modules(self, folder: PurePath, depth: int = _DEEPEST) -> bool:
        """Whether a folder beside packages holds modules itself; a prefix does not count."""
        names = self._files.names(folder)
        if any(name in {".assembly", "pyvenv.cfg"} for name in names):
            return False
        if any(name.endswith(_MODULES) for name in names):
            return True
        return depth > 0 and any(
            self._is_folder(folder / name) and self._has_modules(folder / name, depth - 1)
            for name in names
            if name.isidentifier()
        )

    def _further(self) -> Iterator[PurePath]:
        """The folders that `.pth` files name, in the order in which Python reads them."""
        seen = {self._packages}
        for name in self._files.names(self._packages):
            if not name.endswith(".pth") or name.startswith("."):
                continue
            for line in self._text(name).splitlines():
                written = line.strip()
                if not written or written.startswith(("#", "import ", "import\t")):
                    continue
                folder = _joined(self._packages, written)
                if folder not in seen and self._is_folder(folder):
                    seen.add(folder)
                    yield folder

    def _mappings(self) -> Iterator[tuple[str, PurePath]]:
        """What the finders of setuptools import from elsewhere: paths of packages and modules."""
        for name in self._files.names(self._packages):
            found = _MAPPING.search(self._text(name)) if _FINDER.fullmatch(name) else None
            mapping: Mapping[str, str] = ast.literal_eval(found[1]) if found else {}
            for module, written in mapping.items():
                path = PurePosixPath(written)
                if self._is_folder(path):
                    yield module.replace(".", "/"), path
                elif self._files.state(path.with_suffix(".py")) is not None:
                    yield f"{module.replace('.', '/')}.py", path.with_suffix(".py")

    def _text(self, name: str) -> str:
        return self._files.read(self._packages / name).decode("utf-8", errors="replace")


def _joined(folder: PurePath, written: str) -> PurePosixPath:
    """An absolute path without `..`, which is resolved by name."""
    parts: list[str] = []
    for part in PurePosixPath(folder, written).parts:
        if part != "..":
            parts.append(part)
        elif len(parts) > 1:
            parts.pop()
    return PurePosixPath(*parts)
