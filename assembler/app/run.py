"""`assemble run`: a launcher of the current build."""

from difflib import get_close_matches
from pathlib import PurePath

from assembler.errors import UsageError
from assembler.ports import Files


def find_launcher(prefix: PurePath, name: str, files: Files) -> PurePath:
    """The stable path of a launcher. Raises `UsageError` naming those there are."""
    launchers = prefix / "bin"
    names = files.names(launchers / ".")
    if name in names:
        return launchers / name
    nearest = get_close_matches(name, names, n=1)
    hints = [f"did you mean `{nearest[0]}`?"] if nearest else []
    hints.append(f"there are {', '.join(f'`{each}`' for each in names) or 'none'}")
    raise UsageError(f"there is no launcher `{name}` in `{prefix}`", hints=hints)
