"""Classic mistakes: each assembly file, and all that `assemble` says of it.

The first line of a file may give the command, `# assemble config` if there is none.
`python -m tests.config.mistakes` writes what is said now, to be read and judged.
"""
