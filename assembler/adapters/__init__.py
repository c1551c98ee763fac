"""The machine: one port a module, none knowing another."""
