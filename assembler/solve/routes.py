"""Which index a distribution comes from, decided by its name and the target alone."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from packaging.markers import Marker, UndefinedComparison

from assembler.errors import ConfigurationError, raise_all
from assembler.model.platforms import marker_environment
from assembler.model.project import IndexRoute
from assembler.model.target import Target


class Routes:
    """The one default index, and routes by name or glob of which the most specific wins."""

    def __init__(self, routes: Sequence[IndexRoute]) -> None:
        defaults = [route for route in routes if route.default]
        raise_all([*_without_names(routes), *_second_defaults(defaults)])
        self._routes = tuple(routes)
        self._default = defaults[0] if defaults else None
        self._routed = tuple(route for route in routes if route.only and not route.default)

    def on(self, target: Target) -> "Routes":
        """Those that hold for a target."""
        holding = tuple(route for route in self._routes if _holds(route, target))
        return self if holding == self._routes else Routes(holding)

    def index(self, name: str) -> IndexRoute:
        """The index that a normalised name comes from.

        Raises `ConfigurationError` where two routes are equally specific or none holds.
        """
        ranked = sorted(
            ((_specificity(route, name), route) for route in self._routed),
            key=lambda ranked: (-ranked[0], ranked[1].name),
        )
        holding = [pair for pair in ranked if pair[0] >= 0]
        if len(holding) > 1 and holding[0][0] == holding[1][0]:
            raise _ambiguous(name, holding[0][1], holding[1][1])
        if holding:
            return holding[0][1]
        if self._default is None:
            raise ConfigurationError(
                f"no index holds for `{name}`",
                hints=["give one index `default = true`"],
            )
        return self._default


def _holds(route: IndexRoute, target: Target) -> bool:
    """Whether a route is for a target; its marker asks for nothing of Python."""
    if not route.marker:
        return True
    try:
        return Marker(route.marker).evaluate({**marker_environment(target, "3"), "extra": ""})
    except UndefinedComparison:
        return False


def _specificity(route: IndexRoute, name: str) -> int:
    """How many characters of the best pattern are literal; an exact name beats any glob."""
    best = -1
    for pattern in route.only:
        if pattern == name:
            return len(name) + 1
        if fnmatchcase(name, pattern):
            best = max(best, sum(character not in "*?[]" for character in pattern))
    return best


def _ambiguous(name: str, first: IndexRoute, second: IndexRoute) -> ConfigurationError:
    if name in first.only and name in second.only:
        hint = f"leave `{name}` in `only` of one of them"
    else:
        patterns = ", ".join(f'"{pattern}"' for pattern in (*second.only, name))
        hint = f"say `only = [{patterns}]` if it comes from `{second.name}`"
    return ConfigurationError(
        f"`{name}` comes from two indexes that are equally specific: "
        f"`{first.name}` and `{second.name}`",
        origin=second.origin,
        hints=[hint],
    )


def _without_names(routes: Sequence[IndexRoute]) -> list[ConfigurationError]:
    return [
        ConfigurationError(
            f"index `{route.name}` has neither `only` nor `default`",
            origin=route.origin,
            hints=['add `only = ["…"]` with the names that come from it, or `default = true`'],
        )
        for route in routes
        if not route.only and not route.default
    ]


def _second_defaults(defaults: Sequence[IndexRoute]) -> list[ConfigurationError]:
    return [
        ConfigurationError(
            f"`{defaults[0].name}` and `{route.name}` are both the default index",
            origin=route.origin,
            hints=["keep `default = true` on one, and give the other `only`"],
        )
        for route in defaults[1:]
    ]
