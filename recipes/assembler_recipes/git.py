"""Repositories: the files of a commit, which the lock holds."""

from typing import Annotated

import msgspec

from assembler.api import (
    Assembled,
    CheckoutCommit,
    Expose,
    Needs,
    Outputs,
    Part,
    Place,
    RepositoryRequest,
    Step,
    Text,
    relative_path,
    repository_fault,
    revision_fault,
)


class GitOptions(
    msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True
):
    """The files of a commit of a git repository."""

    url: Annotated[
        str,
        msgspec.Meta(
            description="Where the repository is: `https://`, `ssh://` or `file://`, without "
            "credentials."
        ),
    ]
    rev: Annotated[
        str,
        msgspec.Meta(
            description="A branch, tag or commit; left out, the repository's default branch. "
            "`assemble lock` records the commit, and `assemble lock --upgrade PART` another one."
        ),
    ] = ""
    submodules: Annotated[
        bool,
        msgspec.Meta(
            description="Take the submodules as well, and theirs, each at the commit that its "
            "repository records."
        ),
    ] = False
    to: Annotated[
        str | None,
        msgspec.Meta(
            description="The path below the prefix where the files show; left out, they only "
            "stand in the part's own directory."
        ),
    ] = None


class Git:
    """Puts the files of a locked commit in place, without what git keeps about them.

    `${parts.X.path}` is the folder that holds them, as is `${parts.X.dir}` without `to`.
    """

    options: type[GitOptions] = GitOptions

    def declare(self, part: Part) -> Needs:
        """One repository. Raises `ConfigurationError` for what is no URL or no revision."""
        options = part.typed(GitOptions)
        faults = [repository_fault(options.url, part.origin_of("url"))]
        if options.rev:
            faults.append(revision_fault(options.rev, part.origin_of("rev")))
        for fault in faults:
            if fault is not None:
                raise fault
        _path(part)
        request = RepositoryRequest(url=options.url, rev=options.rev, submodules=options.submodules)
        return Needs(repositories=(request,))

    def outputs(self, part: Part) -> Outputs:
        """`path`: the folder."""
        return {"path": Text((Place(root="part", part=part.name, path=_path(part)),))}

    def realise(self, part: Part, assembled: Assembled) -> tuple[Step, ...]:
        """Check out the commit and those of its submodules, and show them at `to`."""
        (locked,) = assembled.repositories
        path = _path(part)
        top = CheckoutCommit(path=path or ".", url=locked.url, commit=locked.commit)
        modules = (
            CheckoutCommit(
                path=f"{path}/{module.path}" if path else module.path,
                url=module.url,
                commit=module.commit,
            )
            for module in locked.modules
        )
        shown = (Expose(path=path, target=path),) if path else ()
        return (top, *modules, *shown)


def _path(part: Part) -> str:
    """Where the files stand in the part's directory; empty for that directory itself."""
    to = part.typed(GitOptions).to
    return relative_path(to, part.origin_of("to")) if to is not None else ""


recipe = Git()
