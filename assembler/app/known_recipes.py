"""The recipes that a project may use, also where its assembly file is not right as a whole."""

from collections.abc import Mapping

from assembler.app.checkout import Checkout
from assembler.app.loading import load_document
from assembler.app.services import Services
from assembler.errors import AssemblerError
from assembler.recipe import Recipe


def known_recipes(checkout: Checkout, services: Services) -> Mapping[str, Recipe]:
    """The standard recipes, and those from elsewhere as far as they can be found.

    What keeps the latter from being found is told.
    """
    if services.files.state(checkout.path) is None:
        return services.recipes
    try:
        document = load_document(checkout, services)
        if "recipes" in document.root.table:
            from assembler.app.foreign.using import use_recipes  # noqa: PLC0415 - few have them

            use_recipes(document, checkout, services)
    except AssemblerError as error:
        services.reporter.warn(f"recipes from elsewhere are left out: {error.message}")
    return services.recipes
