"""A tea shop on the web."""
