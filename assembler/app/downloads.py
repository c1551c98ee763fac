"""What parts of a plan take from the web, brought into the cache before any is performed."""

from concurrent.futures import ThreadPoolExecutor

from assembler.app.lacking import Lacking
from assembler.app.services import Services
from assembler.model.plan import Plan
from assembler.model.step import CheckoutCommit, ExtractArchive, FetchFile


def downloaded(plan: Plan, services: Services) -> Plan:
    """The plan, all that its due parts download being in the cache.

    Raises `NetworkError` and `IntegrityError`; nothing is performed then.
    """
    steps = [step for part in plan.due for step in part.steps]
    artifacts = {
        each.artifact: None for each in steps if isinstance(each, FetchFile | ExtractArchive)
    }
    commits = {(each.url, each.commit): None for each in steps if isinstance(each, CheckoutCommit)}
    if not artifacts and not commits:
        return plan
    lacks = Lacking()
    with ThreadPoolExecutor(services.machine.jobs) as threads:
        futures = [threads.submit(services.artifacts.fetch, each) for each in artifacts]
        futures += [threads.submit(services.repositories.checkout, *each) for each in commits]
        for future in futures:
            with lacks.gathering():
                future.result()
    lacks.check()
    return plan
