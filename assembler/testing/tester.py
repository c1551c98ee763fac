"""What a test of recipes works with."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from assembler.adapters.plugins import recipes
from assembler.model.lock import LockedArtifact
from assembler.recipe import Recipe
from assembler.testing.asking import AskedPart, Given, asked
from assembler.testing.building import PYTHON, BuiltAssembly, built
from assembler.testing.distributions import Distribution, import_name

_ASSEMBLY = re.compile(r"^\[assembly\]", re.MULTILINE)
_INDEX = re.compile(r"^\[index\.", re.MULTILINE)


class RecipeTester:
    """A project, an index and a prefix for a test of recipes, in memory until something is built.

    `recipes` are the standard ones and those that the test adds; `environment` holds the variables
    that assembly files may refer to.
    """

    def __init__(self, folder: Path) -> None:
        self.recipes: dict[str, Recipe] = dict(recipes())
        self.environment: dict[str, str] = {}
        self._folder = folder
        self._files: dict[str, bytes] = {}
        self._executables: set[str] = set()
        self._distributions: list[Distribution] = []
        self._downloads: dict[str, LockedArtifact] = {}

    def write(self, path: str, content: str | bytes, *, executable: bool = False) -> None:
        """Put a file into the project."""
        self._files[path] = content.encode() if isinstance(content, str) else content
        if executable:
            self._executables.add(path)

    def release(
        self,
        name: str,
        version: str,
        *,
        requires: Sequence[str] = (),
        scripts: Mapping[str, str] = {},
        files: Mapping[str, str] = {},
    ) -> None:
        """Put a distribution on the index.

        `scripts` maps names to `module:function`, `files` paths to their text; without them it is
        an import package with `__version__` and a function `main` that prints it.
        """
        package = import_name(name)
        usual = f"__version__ = {version!r}\n\n\ndef main():\n    print({name!r}, __version__)\n"
        self._distributions.append(
            Distribution(
                name=name,
                version=version,
                requires=tuple(requires),
                scripts=scripts,
                files=files or {f"{package}/__init__.py": usual},
            )
        )

    def download(self, url: str, content: bytes) -> None:
        """Let a URL hold this, for what is asked; a build fetches the real one."""
        sha256 = hashlib.sha256(content).hexdigest()
        self._downloads[url] = LockedArtifact(url=url, sha256=sha256, size=len(content))

    def ask(self, assembly: str, *, target: str = "linux-x86_64") -> Mapping[str, AskedPart]:
        """Ask the recipes of an assembly file's parts all that a build asks, on a platform.

        Every question is asked twice and watched. The table `[assembly]` may be left out. Raises
        `Impure`, and what a build raises.
        """
        text = assembly if _ASSEMBLY.search(assembly) else f"{assembly}\n{_head('3.12')}"
        return asked(text, self._given(target))

    def build(self, assembly: str) -> BuiltAssembly:
        """Lock and build an assembly file on this machine, in a temporary folder.

        The tables `[assembly]` and `[index]` may be left out. A second build goes on from the
        first. Raises what a build raises.
        """
        text = assembly if _ASSEMBLY.search(assembly) else f"{assembly}\n{_head(PYTHON)}"
        if not _INDEX.search(text):
            url = (self._folder / "index").as_uri()
            text += f'\n[index.test]\nurl = "{url}/"\nformat = "flat"\ndefault = true\n'
        return built(text, self._given(""), self._folder)

    def _given(self, target: str) -> Given:
        return Given(
            recipes=self.recipes,
            files=self._files,
            executables=frozenset(self._executables),
            distributions=self._distributions,
            downloads=self._downloads,
            target=target,
            environment=self.environment,
        )


def _head(python: str) -> str:
    return f'[assembly]\nname = "test"\npython = "{python}"\n'
