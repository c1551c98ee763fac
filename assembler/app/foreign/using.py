"""The recipes that a project may use: the standard ones, and those from elsewhere."""

from functools import partial

import msgspec

from assembler.app.build_locks import read_build_lock
from assembler.app.checkout import Checkout
from assembler.app.foreign.located import Located, Locating
from assembler.app.foreign.recipes import ForeignRecipes
from assembler.app.foreign.session import ANSWERS, Session
from assembler.app.recipe_groups import check_fresh, distributions
from assembler.app.services import Services
from assembler.config.document import Document
from assembler.config.recipe_sources import foundation
from assembler.errors import raise_all
from assembler.lock.hosts import misplaced
from assembler.model.foreign import RecipeSource
from assembler.model.lock import Lock
from assembler.model.project import Project


def use_recipes(
    document: Document, checkout: Checkout, services: Services
) -> tuple[RecipeSource, ...]:
    """Let the document's recipes be known to the services; nothing is solved.

    Raises `ConfigurationError`, what fetching raises, and `LockError` where they are not locked.
    """
    if "recipes" not in document.root.table:
        return ()
    project = foundation(document, folder=checkout.folder, environment=services.environment)
    if project is None:
        return ()
    services.use_indexes(project.indexes)
    _use(Locating(project, _lock(project, checkout, services), services).located(), services)
    return project.recipes


def _lock(project: Project, checkout: Checkout, services: Services) -> Lock | None:
    if not distributions(project):
        return None
    found = checkout.recipe_lock
    if found is None:
        checkout = msgspec.structs.replace(checkout, lock_file=project.lock.file)
        found = read_build_lock(checkout, services)
        check_fresh(project, found, checkout.build_lock_name)
    if found:
        raise_all(list(misplaced(found, project.indexes)))
    return found


def _use(found: tuple[Located, ...], services: Services) -> None:
    """Go on with conversations that were begun about the same."""
    known = services.recipes
    standard = known.standard if isinstance(known, ForeignRecipes) else known
    if isinstance(known, ForeignRecipes) and known.sources == found:
        return
    entries = {each.name: partial(_session, each, services) for each in found}
    services.use_recipes(ForeignRecipes(standard, entries, found))


def _session(located: Located, services: Services) -> Session:
    conversation = services.conversations.start(located.python, ANSWERS)
    return Session(located.name, conversation, located.opening)
