"""Git repositories: a mirror of each in the cache, and the files of commits."""

from assembler.adapters.git.repositories import GitRepositories, GitSettings

__all__ = ["GitRepositories", "GitSettings"]
