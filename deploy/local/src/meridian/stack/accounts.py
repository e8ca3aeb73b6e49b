"""Who runs the database: nobody special; PostgreSQL refuses to run as root."""

import os
import pwd
import subprocess
from pathlib import Path

from meridian.problems import StackProblem


def unprivileged_user() -> str | None:
    """None: run as the person who called. As root: the system's user `nobody`."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("nobody").pw_name
    except KeyError as error:
        raise StackProblem(
            "PostgreSQL does not run as root and this system has no user `nobody`.\n"
            "Run Meridian as an ordinary user, or add one: useradd --system nobody"
        ) from error


def can_use(user: str | None, *paths: Path) -> bool:
    """Whether `user` may enter these folders and read and run these files; asked of the kernel."""
    if user is None:
        return True
    question = 'for path do test -r "$path" && test -x "$path" || exit 1; done'
    answer = subprocess.run(
        ["/bin/sh", "-c", question, "sh", *paths], user=user, extra_groups=[], cwd="/", check=False
    )
    return answer.returncode == 0


def group_of(user: str | None) -> int | None:
    return None if user is None else pwd.getpwnam(user).pw_gid


def hand_over(path: Path, user: str | None) -> None:
    if user is not None:
        account = pwd.getpwnam(user)
        os.chown(path, account.pw_uid, account.pw_gid)
