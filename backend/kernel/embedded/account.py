"""Which system user a server runs as, and whether that user can reach its files.

PostgreSQL refuses to run as root, rightly. As root we therefore start servers as `nobody`; anyone else starts
them as themselves.
"""

import hashlib
import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

ROOT_STATE = Path("/var/lib/gemba")


class StateUnreachable(RuntimeError):
    """The user that servers run as cannot enter the state folder, and there is no other place to put it."""


@dataclass(frozen=True)
class Account:
    """A system user; `switch` tells whether a server must be started under another id than our own."""

    uid: int
    gid: int
    switch: bool

    def popen_options(self) -> dict[str, object]:
        """What `subprocess.Popen` needs to start a program as this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}

    def own(self, path: Path) -> None:
        """Gives one file or folder to this user."""
        if self.switch:
            os.chown(path, self.uid, self.gid)

    def own_tree(self, top: Path) -> None:
        """Gives a folder and all below it to this user."""
        self.own(top)
        for folder, folders, files in os.walk(top):
            for name in (*folders, *files):
                self.own(Path(folder, name))


def server_account() -> Account:
    """`nobody` when we are root, else ourselves."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), switch=False)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid, switch=True)


def can_enter(path: Path, account: Account) -> bool:
    """Whether the user may pass through every folder from the root to `path` (`path` itself included)."""
    if not account.switch:
        return True
    path = path.resolve()
    return all(_passable(folder.stat(), account) for folder in (path, *path.parents) if folder.exists())


def _passable(found: os.stat_result, account: Account) -> bool:
    if found.st_uid == account.uid:
        return bool(found.st_mode & stat.S_IXUSR)
    if found.st_gid == account.gid:
        return bool(found.st_mode & stat.S_IXGRP)
    return bool(found.st_mode & stat.S_IXOTH)


def server_home(state: Path, name: str, account: Account) -> Path:
    """The folder a server keeps its things in, made if absent and reachable for its user.

    It is `state/name`. Where root's project lies under a folder only root can enter (`/root/gemba`), that is a
    link to a folder under `/var/lib/gemba`, so that the data is still found from the state folder.

    Raises:
        StateUnreachable: the folder exists with content and its user cannot enter it.
    """
    state.mkdir(parents=True, exist_ok=True)
    home = state.resolve() / name
    if home.exists() and not can_enter(home.resolve().parent, account) and any(home.iterdir()):
        raise StateUnreachable(
            f"{home} lies under a folder that the user `nobody` cannot enter, and root must not run PostgreSQL. "
            "Move the state folder, or give another one with --state."
        )
    if not home.exists() and not can_enter(home.parent, account):
        slug = hashlib.sha256(str(home.parent).encode()).hexdigest()[:12]
        elsewhere = ROOT_STATE / slug / name
        elsewhere.mkdir(parents=True, exist_ok=True)
        home.unlink(missing_ok=True)
        home.symlink_to(elsewhere)
    home.mkdir(exist_ok=True)
    home.resolve().chmod(0o700)
    account.own(home.resolve())
    return home.resolve()


def reachable_copy(tree: Path, home: Path, account: Account) -> Path:
    """The tree itself if the user can read it, else a copy of it under `home`."""
    if can_enter(tree, account):
        return tree
    copy = home / "programs" / tree.name
    if not copy.exists():
        half = copy.with_name(f"{copy.name}.half")
        shutil.rmtree(half, ignore_errors=True)
        shutil.copytree(tree, half, symlinks=True)
        account.own(home / "programs")
        account.own_tree(half)
        half.rename(copy)
    return copy
