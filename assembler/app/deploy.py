"""`assemble deploy` and `undeploy`: what must exist outside the prefix, put there or taken away."""

from pathlib import PurePath

import msgspec

from assembler.app.live import live_states, values, write_live
from assembler.app.services import Services
from assembler.app.tools import tools
from assembler.errors import AssemblerError, ConfigurationError, PartError
from assembler.execute import generations, live
from assembler.execute.deployed import deployed
from assembler.execute.deployment import Deployer
from assembler.execute.described import described
from assembler.execute.outside import Outside
from assembler.execute.recovery import recover
from assembler.execute.switch import switch
from assembler.model.deployed import Deployment, DeploymentPlan
from assembler.model.layout import Prefix
from assembler.model.manifest import Manifest
from assembler.model.secret import Values
from assembler.plan.deployment import NOTHING, deployment_of, plan

MACHINE = "/"
"""The root that is the machine itself."""


class DeployOutcome(msgspec.Struct, frozen=True, kw_only=True):
    """What a deployment did, or would do; `live` are the live files that it wrote or removed."""

    prefix: str
    plan: DeploymentPlan
    live: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether anything was due."""
        return bool(self.plan.changes or self.live)


def deploy(
    prefix: PurePath, services: Services, *, root: str | None = None, dry: bool = False
) -> DeployOutcome:
    """Bring what is outside the prefix to what the current generation says.

    Raises `MachineError` for missing secrets, `ConfigurationError` where something is in the way,
    `PartError` where a command or a service fails: before services are touched they go on as they
    were, and after that the generation that was deployed before comes back.
    """
    with services.prefix_lock.hold(Prefix(prefix).lock):
        recover(prefix, services.files)
        manifest = _current(prefix, services)
        _check_place(prefix, manifest)
        known = values(described(prefix, manifest), manifest.secrets, services)
        planned = _planned(prefix, _wanted(prefix, manifest, known, services), services, root)
        if dry:
            states = live_states(prefix, manifest, services, compared=True)
            due = tuple(state.path for state in states if state.due)
            return DeployOutcome(prefix=str(prefix), plan=planned, live=due)
        written = write_live(prefix, manifest, known, services)
        wanted = _wanted(prefix, manifest, known, services)
        planned = _planned(prefix, wanted, services, root)
        _perform(prefix, manifest, planned, services)
        return DeployOutcome(prefix=str(prefix), plan=planned, live=written.paths)


def undeploy(
    prefix: PurePath, services: Services, *, root: str | None = None, dry: bool = False
) -> DeployOutcome:
    """Stop the services, take away what was put outside the prefix, and remove live files."""
    with services.prefix_lock.hold(Prefix(prefix).lock):
        recover(prefix, services.files)
        planned = _planned(prefix, NOTHING, services, root)
        if planned.before is None:
            return DeployOutcome(prefix=str(prefix), plan=planned)
        manifest = _current(prefix, services)
        written = live.written(prefix, services.files)
        shown = tuple(each.shown for each in described(prefix, manifest) if each.name in written)
        if not dry:
            deployer = _deployer(prefix, manifest, planned, services)
            deployer.switch()
            deployer.place()
            _remove_live(prefix, services)
            deployer.finish()
        return DeployOutcome(prefix=str(prefix), plan=planned, live=shown)


def _remove_live(prefix: PurePath, services: Services) -> None:
    for path in live.retire(prefix, (), services.files):
        services.reporter.warn(f"`{path}` was changed by hand, and stays")


def _current(prefix: PurePath, services: Services) -> Manifest:
    manifest = generations.current(prefix, services.files)
    if manifest is None:
        raise ConfigurationError(
            f"nothing is built in `{prefix}`", hints=("`assemble build` builds",)
        )
    return manifest


def _check_place(prefix: PurePath, manifest: Manifest) -> None:
    """Refuse a prefix that was moved: what is deployed would lead to where it was."""
    if manifest.prefix != str(prefix):
        raise ConfigurationError(
            f"`{prefix}` was built at `{manifest.prefix}`, where what is deployed would lead",
            hints=("`assemble build` makes it fit its new place",),
        )


def _planned(
    prefix: PurePath, after: Deployment, services: Services, root: str | None
) -> DeploymentPlan:
    before = deployed(prefix, services.files)
    chosen = root or (before.root if before else MACHINE)
    known = (*before.deployment.files, *before.pending) if before else ()
    standing = Outside(chosen, services.files).standing((*after.files, *known))
    return plan(after, before, standing, root=chosen)


def _wanted(prefix: PurePath, manifest: Manifest, known: Values, services: Services) -> Deployment:
    return deployment_of(manifest, live.hashes(prefix, manifest, known, services.files))


def _perform(
    prefix: PurePath, manifest: Manifest, planned: DeploymentPlan, services: Services
) -> None:
    deployer = _deployer(prefix, manifest, planned, services)
    deployer.place()
    deployer.run()
    try:
        deployer.switch()
    except PartError as error:
        raise _returned(prefix, planned, error, services) from error


def _returned(
    prefix: PurePath, failed: DeploymentPlan, error: PartError, services: Services
) -> PartError:
    """Bring back the generation that was deployed before, and say so in the error."""
    before = failed.before.deployment.generation if failed.before else failed.after.generation
    if before == failed.after.generation:
        return error
    try:
        manifest = switch(prefix, before, tools(services))
        known = values(described(prefix, manifest), manifest.secrets, services)
        write_live(prefix, manifest, known, services)
        wanted = _wanted(prefix, manifest, known, services)
        planned = _planned(prefix, wanted, services, failed.root)
        deployer = _deployer(prefix, manifest, planned, services)
        deployer.place()
        deployer.switch()
    except AssemblerError as second:
        said = f"generation {before} could not be deployed again: {second.message}"
    else:
        said = f"generation {before} is deployed again"
    return PartError(
        error.message, origin=error.origin, details=(*error.details, said), hints=error.hints
    )


def _deployer(
    prefix: PurePath, manifest: Manifest, planned: DeploymentPlan, services: Services
) -> Deployer:
    return Deployer(planned, manifest.assembly, prefix, tools(services), services.pause)
