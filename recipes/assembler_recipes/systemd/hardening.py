"""What services may see and do, in three grades."""

from collections.abc import Mapping

ANYWHERE: Mapping[str, str] = {
    "LockPersonality": "yes",
    "NoNewPrivileges": "yes",
    "RestrictRealtime": "yes",
    "UMask": "0027",
}
"""What a user's own manager can grant too."""

BASIC: Mapping[str, str] = {
    **ANYWHERE,
    "PrivateTmp": "yes",
    "ProtectClock": "yes",
    "ProtectControlGroups": "yes",
    "ProtectHostname": "yes",
    "ProtectKernelLogs": "yes",
    "ProtectKernelModules": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectSystem": "full",
    "RestrictSUIDSGID": "yes",
}

STRICT: Mapping[str, str] = {
    **BASIC,
    "CapabilityBoundingSet": "",
    "PrivateDevices": "yes",
    "ProcSubset": "pid",
    "ProtectHome": "read-only",
    "ProtectProc": "invisible",
    "ProtectSystem": "strict",
    "RemoveIPC": "yes",
    "RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6",
    "RestrictNamespaces": "yes",
    "SystemCallArchitectures": "native",
    "SystemCallFilter": "@system-service",
}


def hardening(grade: str, manager: str) -> Mapping[str, str]:
    """The settings of a grade, as far as the manager can grant them."""
    if grade == "none":
        return {}
    if manager == "user":
        return ANYWHERE
    return STRICT if grade == "strict" else BASIC
