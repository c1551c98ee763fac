"""Which instants the rules about upload times stand for."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from assembler.errors import ConfigurationError
from assembler.lock.instants import instant, normalised, written
from assembler.lock.upload_times import bare
from assembler.model.lock import Lock, ProgramInputs
from assembler.model.project import Project
from assembler.model.upload_times import NEVER, Cutoffs

_DURATION = r"(\d+)\s*(day|hour|week)s?"


class Instants(msgspec.Struct, frozen=True):
    """The instant of each duration, by its normalised text; those of an earlier lock stay."""

    now: str
    known: Mapping[str, str] = {}

    def of(self, rule: str) -> str | None:
        """The instant that a rule stands for; `None` where nothing is left out."""
        if rule == NEVER:
            return None
        if moment := instant(rule):
            return written(moment)
        duration = normalised(rule)
        if duration in self.known:
            return self.known[duration]
        return written(datetime.fromisoformat(self.now) - _duration(duration))

    def of_durations(self, inputs: Mapping[str, ProgramInputs]) -> Mapping[str, str]:
        """Those of the durations that programs have as rules of distributions and indexes."""
        rules = {rule for one in inputs.values() for rule in one.exclude_newer.values()}
        durations = sorted({rule for text in rules if (rule := bare(text)) != NEVER})
        found = {text: self.of(text) for text in durations if instant(text) is None}
        return {text: moment for text, moment in found.items() if moment}


def known_instants(*locks: Lock | None) -> Mapping[str, str]:
    """The instants that durations became in earlier locks, the first one's counting first."""
    found: dict[str, str] = {}
    for lock in locks:
        if lock:
            named = {**lock.exclude_newer_instants}
            if lock.exclude_newer_rule and lock.exclude_newer:
                named.setdefault(lock.exclude_newer_rule, lock.exclude_newer)
            found = {**named, **found}
    return found


def cutoffs(project: Project, instants: Instants) -> Cutoffs:
    """What the rules of a project leave out."""
    policy = project.lock
    return Cutoffs(
        default=instants.of(policy.exclude_newer or NEVER),
        names={name: instants.of(rule) for name, rule in policy.exclude_newer_of.items()},
        indexes={
            route.url: instants.of(route.exclude_newer)
            for route in project.indexes
            if route.exclude_newer
        },
        untimed=frozenset(route.url for route in project.indexes if not route.upload_time),
    )


def _duration(text: str) -> timedelta:
    match = re.fullmatch(_DURATION, text)
    if match is None:
        raise ConfigurationError(
            f"`exclude-newer` is `{text}`",
            hints=('write a date such as "2026-10-01", or a duration such as "7 days"',),
        )
    return timedelta(**{f"{match[2]}s": int(match[1])})
