"""Names of other tools for what an assembly file calls otherwise."""

from collections.abc import Collection, Iterable, Mapping

from assembler.config.keys import dotted, near, nearest

_KEYS: Mapping[str, tuple[str, ...]] = {
    "requires": (
        "dependencies",
        "deps",
        "depends",
        "eggs",
        "install-requires",
        "packages",
    ),
    "needs": ("depends-on", "depends", "after"),
    "python": ("python-version", "requires-python", "python-requires", "interpreter"),
    "recipe": ("type", "kind", "plugin", "uses"),
    "inherits": ("extends", "template", "macro"),
    "env": ("environment", "environment-vars", "environ"),
    "prefix": ("buildout-directory", "parts-directory", "directory", "build-dir"),
    "rev": ("branch", "tag", "ref", "revision", "commit"),
    "sha256": ("hash", "checksum", "digest", "md5sum"),
    "path": ("directory", "dir", "folder"),
    "from": ("template", "input", "source", "src"),
    "to": ("output", "target", "dest", "destination", "file"),
    "text": ("content", "contents", "inline"),
    "constraints": ("versions", "pins"),
    "prereleases": ("pre", "allow-prereleases", "prerelease"),
}

_TABLES: Mapping[str, str] = {
    "tool": "here the tables are `[assembly]`, `[parts.NAME]` …, without `tool`",
    "buildout": "`[buildout]` is `[assembly]` here, and `[NAME]` of a part is `[parts.NAME]`",
    "versions": "pins stand in `[lock.constraints]`",
    "constraints": "it is `[lock.constraints]` here",
    "overrides": "it is `[lock.overrides]` here",
    "project": "`[project]` belongs into `pyproject.toml`; here it is `[assembly]`",
    "build-system": "`[build-system]` belongs into `pyproject.toml`",
    "dependencies": "they are the `requires` of a part: `[parts.NAME]`",
    "dependency-groups": "they are the `requires` of a part: `[parts.NAME]`",
    "packages": "they are the `requires` of a part: `[parts.NAME]`",
    "dev-packages": "they are the `requires` of a part: `[parts.NAME]`",
    "requires": "it stands in a part: `[parts.NAME]`",
    "scripts": "they are the `launchers` of a part: `[parts.NAME]`",
    "launchers": "they stand in a part: `[parts.NAME.launchers]`",
    "env": "it stands in a part: `[parts.NAME.env]`",
    "extends": "it stands in `[assembly]`",
    "name": "it stands in `[assembly]`",
    "python": "it stands in `[assembly]`",
    "requires-python": "the Python is `python` in `[assembly]`",
    "indexes": "each index is a table of its own: `[index.NAME]`",
    "source": "indexes are `[index.NAME]`, and other places `[sources]`",
    "repositories": "each index is a table of its own: `[index.NAME]`",
    "environment": "it is the `env` of a part: `[parts.NAME.env]`",
    "services": "what runs is a part: `[parts.NAME]`",
    "target": "it is `[targets.NAME]`",
}


_RECIPES: Mapping[str, tuple[str, ...]] = {
    "program": ("zc.recipe.egg", "egg", "eggs", "scripts", "virtualenv", "venv", "interpreter"),
    "template": ("collective.recipe.template", "file", "zc.recipe.deployment:configuration"),
    "command": ("plone.recipe.command", "collective.recipe.cmd", "cmd", "shell", "make"),
    "download": ("hexagonit.recipe.download", "zc.recipe.cmmi", "url", "fetch"),
}


def meant(key: str, known: Collection[str]) -> tuple[str, ...]:
    """The known key that was probably meant."""
    return _synonyms(key, known) or near(key, known)


def key_hints(key: str, known: Collection[str]) -> tuple[str, ...]:
    """Hint at the key that was probably meant, if there is one."""
    found = _synonyms(key, known)
    return tuple(f"it is called `{each}` here" for each in found) or nearest(key, known)


def recipe_hints(name: str, recipes: Collection[str]) -> tuple[str, ...]:
    """Hint at the recipe that does what another tool's does, or at the nearest one."""
    base, _, _ = name.partition(":")
    found = [each for each, others in _RECIPES.items() if name in others or base in others]
    return tuple(f"it is called `{each}` here" for each in found if each in recipes) or nearest(
        name, recipes
    )


def table_hints(name: str, keys: Collection[str], tables: Iterable[str]) -> tuple[str, ...]:
    """Hint at where what a table with these keys says stands here, or at the nearest table."""
    if name in _TABLES:
        return (_TABLES[name],)
    if "recipe" in keys:
        return (f"a part stands in `[{dotted(('parts', name))}]`",)
    return nearest(name, tables)


def _synonyms(key: str, known: Collection[str]) -> tuple[str, ...]:
    written = key.lower().replace("_", "-")
    if written in known:
        return (written,)
    names = [name for name, others in _KEYS.items() if name in known and written in others]
    return tuple(names[:1])
