"""`assemble build`: prepare, plan, perform, switch."""

from pathlib import PurePath

from assembler.app.checkout import Checkout
from assembler.app.downloads import downloaded
from assembler.app.live import live_states, values, write_live
from assembler.app.options import BuildOptions
from assembler.app.outcomes import Built
from assembler.app.planning import Planning
from assembler.app.prefixes import prefix_of
from assembler.app.services import Services
from assembler.app.tools import tools
from assembler.app.whole_wheels import with_whole_wheels
from assembler.execute.executor import execute
from assembler.execute.recovery import recover
from assembler.model.layout import Prefix
from assembler.model.live import LiveWritten
from assembler.model.plan import Plan
from assembler.model.secret import Values
from assembler.ports import Files


def build(
    checkout: Checkout,
    services: Services,
    options: BuildOptions,
    *,
    live: bool = False,
    forget_undo: bool = False,
) -> Built:
    """Build exactly the lock. The last build stays live until all of it is done.

    Files that hold secrets are written only if `live`. What can't be undone is an error, unless it
    is to be forgotten. The prefix's lock is held only for planning
    and performing; an error before, or a missing secret, makes no prefix. Raises what planning
    raises, and `PartError` if a part fails.
    """
    planning = Planning(checkout, services, options)
    prefix, files = prefix_of(checkout, services), services.files

    def attempt() -> Built:
        prepared = planning.prepare()
        new = _is_new(prefix, files)
        due = _due(planning.plan(prepared), services, live=live) if new else None
        with services.prefix_lock.hold(Prefix(prefix).lock):
            recover(prefix, files)
            if due is None or not _is_new(prefix, files):
                due = _due(planning.plan(prepared), services, live=live)
            plan, known = due
            manifest = execute(plan, tools(services), forget=forget_undo)
            written = write_live(prefix, manifest, known, services) if live else LiveWritten()
        states = live_states(prefix, manifest, services, compared=False)
        return Built(
            prefix=plan.prefix,
            generation=manifest.generation,
            plan=plan,
            live=written,
            live_due=tuple(state.path for state in states if state.due),
        )

    return with_whole_wheels(attempt)


def _is_new(prefix: PurePath, files: Files) -> bool:
    """Whether there is nothing in a prefix, but for its lock, that a plan could depend on."""
    places = Prefix(prefix)
    outside, inside = set(files.names(prefix)), set(files.names(places.own))
    return outside <= {places.own.name} and inside <= {places.lock.name}


def _due(plan: Plan, services: Services, *, live: bool) -> tuple[Plan, Values]:
    """The plan, all that it downloads being in the cache, and the secrets that are written."""
    return downloaded(plan, services), values(plan.live, plan.secrets, services) if live else {}
