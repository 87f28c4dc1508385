"""Debian's Dovecot as a private instance: own directories, a free port, one password for every account."""

from __future__ import annotations

import contextlib
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from uuid import uuid4

CONFIG = """
base_dir = {base}
log_path = {base}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
default_internal_user = {user}
default_login_user = {login}
default_internal_group = {group}
mail_location = maildir:{base}/mail/%u
mail_uid = {mail}
mail_gid = {mail_group}
first_valid_uid = 1
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={mail} gid={mail_group} home={base}/mail/%u
}}
"""


def installed() -> bool:
    return shutil.which("dovecot", path="/usr/sbin:/usr/bin:/usr/local/sbin") is not None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Dovecot:
    """Start it, :meth:`account` for an address nobody else uses, :meth:`deliver` to it."""

    def __init__(self, password: str = "correct-horse") -> None:
        # Not pytest's folder: nobody but its owner may pass through that, and the name of a socket must be short.
        self.folder = Path(tempfile.mkdtemp(prefix="madang-dovecot-"))
        self.password = password
        self.imap_port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """As root the mail belongs to nobody, because Dovecot refuses root's; else everything is ours."""
        me = pwd.getpwuid(os.getuid())
        root = me.pw_uid == 0
        mail = pwd.getpwnam("nobody") if root else me
        (self.folder / "mail").mkdir()
        self.folder.chmod(0o755)
        if root:
            os.chown(self.folder / "mail", mail.pw_uid, mail.pw_gid)
        text = CONFIG.format(
            base=self.folder,
            user="dovecot" if root else me.pw_name,
            login="dovenull" if root else me.pw_name,
            group="dovecot" if root else me.pw_gid,
            mail=mail.pw_uid,
            mail_group=mail.pw_gid,
            port=self.imap_port,
            password=self.password,
        )
        path = self.folder / "private.conf"  # base_dir gets a link called dovecot.conf
        path.write_text(text)
        binary = shutil.which("dovecot", path="/usr/sbin:/usr/bin:/usr/local/sbin") or "dovecot"
        self.process = subprocess.Popen([binary, "-F", "-c", str(path)])
        self.until_ready()

    def until_ready(self) -> None:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with socket.socket() as probe, contextlib.suppress(TimeoutError):
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", self.imap_port)) == 0 and probe.recv(4) == b"* OK":
                    return
            time.sleep(0.05)
        log = self.folder / "log"
        said = log.read_text() if log.exists() else "Dovecot did not start"
        self.stop()
        raise TimeoutError(said)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def account(self) -> str:
        """An address with an empty mailbox."""
        return f"{uuid4().hex[:8]}@haneul.example"

    def deliver(self, address: str, raw: bytes) -> None:
        """By APPEND: what is dropped into a Maildir from outside, Dovecot may notice half a minute late."""
        with imaplib.IMAP4("127.0.0.1", self.imap_port, timeout=10) as client:
            client.login(address, self.password)
            client.append("INBOX", "", imaplib.Time2Internaldate(time.time()), raw)

    def own(self, *paths: Path) -> None:
        """Root writes for the user that Dovecot reads as."""
        if os.getuid() == 0:
            nobody = pwd.getpwnam("nobody")
            for path in paths:
                os.chown(path, nobody.pw_uid, nobody.pw_gid)

    def renumber(self, address: str) -> None:
        """Give a new UIDVALIDITY and new numbers, as a restore does."""
        box = self.folder / "mail" / address
        header = (box / "dovecot-uidlist").read_text().split("\n")[0]
        validity = int(header.split(" V")[1].split(" ")[0])
        for path in box.glob("dovecot*"):
            path.unlink()
        (box / "dovecot-uidlist").write_text(f"3 V{validity + 1000} N1\n")
        self.own(box / "dovecot-uidlist")
