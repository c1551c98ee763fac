"""The whole line on real distributions from PyPI."""
