"""Downloads that parts of a plan are made from, brought into the cache before any is performed."""

from concurrent.futures import ThreadPoolExecutor

from assembler.app.lacking import Lacking
from assembler.app.services import Services
from assembler.model.plan import Plan
from assembler.model.step import ExtractArchive, FetchFile


def downloaded(plan: Plan, services: Services) -> Plan:
    """The plan, all that its due parts download being in the cache.

    Raises `NetworkError` and `IntegrityError`; nothing is performed then.
    """
    artifacts = {
        step.artifact: None
        for part in plan.due
        for step in part.steps
        if isinstance(step, FetchFile | ExtractArchive)
    }
    if not artifacts:
        return plan
    lacks = Lacking()
    with ThreadPoolExecutor(services.machine.jobs) as threads:
        for future in [threads.submit(services.artifacts.fetch, each) for each in artifacts]:
            with lacks.gathering():
                future.result()
    lacks.check()
    return plan
