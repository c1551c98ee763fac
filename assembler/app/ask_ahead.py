"""The first question to the indexes, asked while the solver is still being loaded."""

import re
from collections.abc import Iterable, Iterator

from assembler.app.locking import Question
from assembler.app.services import Services
from assembler.model.names import normalised_name

_PLAIN = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:[\[<>=!~][^;@]*)?")


def ask_ahead(questions: Iterable[Question], services: Services) -> None:
    """Let the index fetch the pages of what programs surely require.

    Where a project has several indexes, the solver decides whom it asks for a name.
    """
    for question in questions:
        indexes = question.project.indexes
        names = dict.fromkeys(_names(question))
        if names and len(indexes) == 1 and indexes[0].default and not indexes[0].marker:
            services.index.anticipate([(indexes[0].url, name) for name in names])


def _names(question: Question) -> Iterator[str]:
    """The names that programs require on every target, and that the project does not have itself.

    An index is never told of the project's own distributions.
    """
    asked = question.asked
    own = {*question.trees, *question.archives, *asked.repositories}
    for program in asked.programs:
        for root in program.roots:
            if found := _PLAIN.fullmatch(root.requirement):
                name = normalised_name(found[1])
                if name not in own:
                    yield name
