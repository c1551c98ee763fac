"""`python -m assembler` is the `assemble` command."""

from assembler.cli.start import script

if __name__ == "__main__":
    script()
