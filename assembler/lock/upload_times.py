"""The rules about upload times that count for a program, as inputs of its lock."""

from collections.abc import Iterable, Mapping

from assembler.lock.instants import normalised
from assembler.model.project import IndexRoute, LockPolicy
from assembler.model.upload_times import NEVER
from assembler.model.url import without_credentials

_UNTIMED = ", or no upload time"


def bare(rule: str) -> str:
    """A rule of an input as it is written in the assembly file."""
    return rule.removesuffix(_UNTIMED)


def index_rules(policy: LockPolicy, routes: Iterable[IndexRoute]) -> Mapping[str, str]:
    """The rules of indexes by URL, where they are others than the lock's."""
    default = normalised(policy.exclude_newer or NEVER)
    found: dict[str, str] = {}
    for route in routes:
        rule = normalised(route.exclude_newer or default)
        if not route.upload_time and (rule != NEVER or policy.exclude_newer_of):
            rule += _UNTIMED
        if rule != default:
            found[without_credentials(route.url)] = rule
    return found


def counting(
    policy: LockPolicy, rules: Mapping[str, str], names: Iterable[str], urls: Iterable[str]
) -> Mapping[str, str]:
    """The rules of these distributions and of these indexes, others than the lock's, sorted."""
    own = {
        name: normalised(policy.exclude_newer_of[name])
        for name in names
        if name in policy.exclude_newer_of
    }
    return dict(sorted({**own, **{url: rules[url] for url in urls if url in rules}}.items()))
