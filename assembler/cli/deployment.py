"""What a deployment did or would do, in words and as JSON."""

from collections.abc import Iterator

from assembler.app.deploy import DeployOutcome
from assembler.cli.console import Json
from assembler.model.deployed import DeploymentPlan, ManagedService


def deployment(outcome: DeployOutcome, *, dry: bool) -> Iterator[str]:
    """One line for each thing; what was left alone last."""
    plan = outcome.plan
    lines = [f"{sign} {what}" for sign, what in _things(outcome)]
    yield from lines
    for path in plan.left:
        yield f"{path} was changed by hand, and stays"
    for name in plan.untouched:
        yield f"service {name} is not touched under `{plan.root}`"
    for part in plan.crontabs_untouched:
        yield f"crontab: part {part} is not touched under `{plan.root}`"
    if not lines:
        yield "nothing to do"
    elif not dry:
        yield _done(outcome)


def _things(outcome: DeployOutcome) -> Iterator[tuple[str, str]]:
    """A sign and what it is about, in the order of the work."""
    plan = outcome.plan
    yield from _placed(plan)
    yield from (("~" if plan.after.generation else "-", path) for path in outcome.live)
    yield from (("!", " ".join(refresh.argv)) for refresh in plan.refresh)
    yield from (("!", f"run {command.part}") for command in plan.commands)
    yield from (("-", f"stop {service.name}") for service in reversed(plan.stop))
    for verb, services in _switched(plan):
        yield from (("!", f"{verb} {service.name}") for service in services)


def _placed(plan: DeploymentPlan) -> Iterator[tuple[str, str]]:
    known = {file.path for file in plan.before.deployment.files} if plan.before else set()
    yield from (("-", file.path) for file in plan.remove)
    yield from (("~" if file.path in known else "+", file.path) for file in plan.install)
    yield from (("-", f"crontab: part {block.part}") for block in plan.crontabs_removed)
    yield from (("+", f"crontab: part {block.part}") for block in plan.crontabs)


def _done(outcome: DeployOutcome) -> str:
    generation = outcome.plan.after.generation
    if generation:
        return f"generation {generation} is deployed from {outcome.prefix}"
    return f"nothing of {outcome.prefix} is deployed any more"


def deployment_document(outcome: DeployOutcome, *, dry: bool) -> Json:
    """The same as JSON."""
    plan = outcome.plan
    return {
        "changed": outcome.changed and not dry,
        "due": outcome.changed,
        "prefix": outcome.prefix,
        "generation": plan.after.generation,
        "root": plan.root,
        "installed": [file.path for file in plan.install],
        "removed": [file.path for file in plan.remove],
        "left": list(plan.left),
        "live": list(outcome.live),
        "crontabs": [block.part for block in (*plan.crontabs_removed, *plan.crontabs)],
        "ran": [command.part for command in plan.commands],
        "stopped": [service.name for service in plan.stop],
        **{f"{verb}ed": [each.name for each in services] for verb, services in _switched(plan)},
        "untouched": [
            *plan.untouched,
            *(f"crontab: part {part}" for part in plan.crontabs_untouched),
        ],
    }


def _switched(plan: DeploymentPlan) -> tuple[tuple[str, tuple[ManagedService, ...]], ...]:
    return (("start", plan.start), ("restart", plan.restart), ("reload", plan.reload))
