"""`assemble build`: prepare, plan, perform, switch."""

from assembler.app.checkout import Checkout
from assembler.app.downloads import downloaded
from assembler.app.options import BuildOptions
from assembler.app.outcomes import Built
from assembler.app.planning import Planning
from assembler.app.prefixes import prefix_of
from assembler.app.services import Services
from assembler.app.tools import tools
from assembler.execute.executor import execute
from assembler.execute.recovery import recover
from assembler.model.layout import Prefix


def build(checkout: Checkout, services: Services, options: BuildOptions) -> Built:
    """Build exactly the lock. The last build stays live until all of it is done.

    The prefix's lock is held only for planning and performing; an error before makes no prefix.
    Raises what planning raises, and `PartError` if a part fails.
    """
    planning = Planning(checkout, services, options)
    prepared = planning.prepare()
    prefix, files = prefix_of(checkout, services), services.files
    if files.state(prefix) is None:
        downloaded(planning.plan(prepared), services)
    with services.prefix_lock.hold(Prefix(prefix).lock):
        recover(prefix, files)
        plan = downloaded(planning.plan(prepared), services)
        manifest = execute(plan, tools(services))
    return Built(prefix=plan.prefix, generation=manifest.generation, plan=plan)
