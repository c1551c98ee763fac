"""Whom connections trust: the system's certificate authorities."""

import ssl
import sys
from pathlib import Path

import truststore

_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/cert.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


def system_trust() -> ssl.SSLContext:
    """Return a context that trusts whom the system trusts.

    Where that is a file it is read once: `truststore` reads it for every connection, 50 ms each.
    """
    if sys.platform in {"darwin", "win32"}:
        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_default_verify_paths()
    bundle = next((path for path in _BUNDLES if Path(path).is_file()), None)
    if bundle and not _has_defaults():
        context.load_verify_locations(cafile=bundle)
    return context


def _has_defaults() -> bool:
    """Whether OpenSSL's own places hold any certificate."""
    places = ssl.get_default_verify_paths()
    return bool(places.cafile) or bool(places.capath and any(Path(places.capath).iterdir()))
