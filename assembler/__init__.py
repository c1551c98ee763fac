"""Assembles and deploys Python applications from one declarative file, repeatably."""

__version__ = "0.1.0"
