"""What a name that no index has may be meant to be, as far as nobody must be asked."""

import sys
from collections.abc import Mapping

from assembler.solve.problem import Problem

_CLOSE = 0.75

_IMPORTED: Mapping[str, str] = {
    "bs4": "beautifulsoup4",
    "cairo": "pycairo",
    "crypto": "pycryptodome",
    "cv2": "opencv-python",
    "dateutil": "python-dateutil",
    "dns": "dnspython",
    "docx": "python-docx",
    "dotenv": "python-dotenv",
    "fitz": "pymupdf",
    "gi": "pygobject",
    "git": "gitpython",
    "google-protobuf": "protobuf",
    "jose": "python-jose",
    "jwt": "pyjwt",
    "ldap": "python-ldap",
    "magic": "python-magic",
    "memcache": "python-memcached",
    "multipart": "python-multipart",
    "mysqldb": "mysqlclient",
    "opencv": "opencv-python",
    "openssl": "pyopenssl",
    "pil": "pillow",
    "pkg-resources": "setuptools",
    "postgres": "psycopg",
    "pptx": "python-pptx",
    "pytorch": "torch",
    "serial": "pyserial",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "socks": "pysocks",
    "usb": "pyusb",
    "win32api": "pywin32",
    "win32com": "pywin32",
    "xdist": "pytest-xdist",
    "yaml": "pyyaml",
    "zmq": "pyzmq",
}
"""Names of import packages, as people ask for them, and the distributions that have them."""


def misnamed(problem: Problem, name: str) -> tuple[str, ...]:
    """Hints at what was probably meant by a normalised name."""
    if found := _IMPORTED.get(name):
        return (f"did you mean `{found}`?",)
    if name.replace("-", "_") in sys.stdlib_module_names:
        return (f"`{name}` is a module of Python's standard library: nothing has to require it",)
    known = sorted(problem.shelf.catalogue.names(name) - {name})
    from difflib import get_close_matches  # noqa: PLC0415 - only a fault needs it

    near = get_close_matches(name, known, n=1, cutoff=_CLOSE)
    return (f"did you mean `{near[0]}`?",) if near else ()
