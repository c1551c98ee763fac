"""The files of the project's own recipes."""

from assembler.model.foreign import RecipeFile
from assembler.model.project import Project
from assembler.ports import Files


def recipe_files(project: Project, files: Files) -> frozenset[str]:
    """The files of the project's own recipes, as globs."""
    return frozenset(
        _pattern(source.path.rstrip("/"), project, files)
        for source in project.recipes
        if isinstance(source, RecipeFile)
    )


def _pattern(path: str, project: Project, files: Files) -> str:
    state = files.state(project.folder / path)
    return f"{path}/**" if state and state.kind == "directory" else path
