"""Version specifiers widened just as far as a version asks."""

from packaging.specifiers import Specifier, SpecifierSet
from packaging.version import Version


def relaxed(specifier: SpecifierSet, version: Version) -> str:
    """The specifier with every clause that leaves the version out widened to admit it."""
    clauses = (
        str(clause) if clause.contains(version, prereleases=True) else _widened(clause, version)
        for clause in specifier
    )
    return ",".join(sorted({clause for clause in clauses if clause}, key=_order))


def _widened(clause: Specifier, version: Version) -> str:
    match clause.operator:
        case "!=":
            return ""
        case "==" | "===":
            return f"=={version.public}"
        case "<" | "<=" if version.epoch:
            return f"<={version.public}"
        case "<" | "<=":
            return f"<{version.major + 1}"
        case _:
            return f">={version.public}"


def _order(clause: str) -> tuple[bool, str]:
    """Lower ends first."""
    return not clause.startswith((">", "~", "=")), clause
