"""Directories of a container that programs of the image, the kernel or the kubelet own (A8, B3)."""

from __future__ import annotations

from pathlib import PurePosixPath

_PROGRAMS = "the image's programs"
_TRUST = "the certificates that the image trusts"
_RUNTIME = "the files that the kubelet and the image's programs make at run time"

_RESERVED = {
    "/bin": _PROGRAMS,
    "/boot": _PROGRAMS,
    "/dev": "the devices",
    "/etc/ca-certificates": _TRUST,
    "/etc/pki": _TRUST,
    "/etc/secrets": "the app's secrets",
    "/etc/ssl": _TRUST,
    "/lib": _PROGRAMS,
    "/lib32": _PROGRAMS,
    "/lib64": _PROGRAMS,
    "/proc": "the kernel's",
    "/run": _RUNTIME,
    "/sbin": _PROGRAMS,
    "/sys": "the kernel's",
    "/tmp": "'tmp'",  # noqa: S108 a path in the container
    "/usr": _PROGRAMS,
    "/var/run": _RUNTIME,  # service accounts' tokens: /var/run/secrets
}
"""As the Filesystem Hierarchy Standard 3.0 has them, with distributions' stores of certificates."""

RESERVED = {PurePosixPath(path): what for path, what in _RESERVED.items()}

_LOCAL = PurePosixPath("/usr/local")
_SHARED = {"bin", "etc", "include", "lib", "lib64", "libexec", "man", "sbin", "share", "src"}
"""What programs share below ``/usr/local``; images install a program of their own beside these."""


def reserved_for(point: PurePosixPath, *, data: bool) -> PurePosixPath | None:
    """The reserved directory that a volume at ``point`` would hide or stand in.

    Logs and data may stand inside a program's own directory below ``/usr/local``, such as
    ``/usr/local/tomcat/logs``: there the image has nothing that they hide.
    """
    if data and _LOCAL in point.parents:
        program, *rest = point.relative_to(_LOCAL).parts
        if rest and program not in _SHARED:
            return None
    around = (point, *point.parents)
    return next(
        (
            posix_path
            for posix_path in RESERVED
            if posix_path in around or point in posix_path.parents
        ),
        None,
    )
