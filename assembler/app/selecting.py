"""Which parts a build is about."""

from collections.abc import Mapping
from difflib import get_close_matches

from assembler.app.options import BuildOptions
from assembler.errors import UsageError
from assembler.graph import closure
from assembler.model.part import Part, PartName
from assembler.model.project import Project

DEFAULT = "default"


def asked_parts(
    parts: Mapping[PartName, Part], options: BuildOptions
) -> frozenset[PartName] | None:
    """The parts named on the command line, and what they need; `None` without any."""
    if not options.parts:
        return None
    if options.only is not None:
        raise UsageError("`--only` and parts can't go together")
    names = [PartName(name) for name in options.parts]
    if unknown := [name for name in names if name not in parts]:
        raise UsageError(
            f"there is no part `{unknown[0]}`", hints=(f"the parts are {', '.join(parts)}",)
        )
    return closure(parts, names)


def selected_parts(project: Project, options: BuildOptions) -> frozenset[PartName] | None:
    """The parts of the selection that is built, and what they need; `None` for all parts."""
    selections = project.selections
    name = options.only if options.only is not None else DEFAULT
    if name in selections:
        return closure(project.parts, selections[name])
    if options.only is None:
        return None
    hints: tuple[str, ...] = ("`[assembly.select]` names selections",)
    if found := get_close_matches(name, selections, n=1):
        hints = (f"did you mean `{found[0]}`?",)
    elif selections:
        hints = (f"the selections are {', '.join(selections)}",)
    raise UsageError(f"there is no selection `{name}`", hints=hints)
