"""The file system of this machine."""

from assembler.adapters.disk.files import Disk

__all__ = ["Disk"]
