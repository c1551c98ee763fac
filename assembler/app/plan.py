"""`assemble plan`: what `build` would do, and why."""

from assembler.app.checkout import Checkout
from assembler.app.options import BuildOptions
from assembler.app.planning import Planning
from assembler.app.services import Services
from assembler.model.plan import Plan


def plan(checkout: Checkout, services: Services, options: BuildOptions) -> Plan:
    """Plan a build; nothing but the cache is changed."""
    planning = Planning(checkout, services, options)
    return planning.plan(planning.prepare())
