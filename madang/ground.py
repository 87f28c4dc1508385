"""What every process stands on: settings, database, files, keys."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from madang.lib.admission import Terms
from madang.lib.crypto import Keys
from madang.lib.files import Files, Remote, open_files
from madang.lib.files.remote import parse
from madang.lib.postgres import Database
from madang.settings import Settings

REVISIONS = Path(__file__).parent / "migrations" / "versions"


def terms(keys: Keys) -> Terms:
    """On which a process of this version, with this key, is at home in a database."""
    newest = max(file.name[:4] for file in REVISIONS.glob("[0-9]*.py"))
    return Terms(newest, keys.derive("fingerprint").hex()[:16])


def files_of(settings: Settings) -> Files:
    """Where the attachments are kept: the data directory, or the S3-compatible store the settings name."""
    folder = settings.data / "files"
    if not settings.files_url:
        return open_files(folder)
    bucket, prefix = parse(settings.files_url)
    opened_by = (settings.files_key, settings.files_secret)
    where = (settings.files_endpoint, settings.files_region)
    return open_files(folder, Remote(bucket, prefix, *where, *opened_by, settings.files_path_style))


@dataclass(frozen=True, slots=True)
class Ground:
    """Opened once a process, handed to whoever needs it."""

    settings: Settings
    database: Database
    files: Files
    keys: Keys

    @classmethod
    def open(cls, settings: Settings, url: str, *, pool: int = 10) -> Ground:
        """Stand on the database at ``url``, behind the pooler where there is one; connects lazily."""
        pooler = settings.database_url if settings.database_direct_url == url else None
        keys = Keys(settings.secret_key.encode())
        return cls(
            settings,
            Database(url, pool=pool, pooler=pooler, terms=terms(keys)),
            files_of(settings),
            keys,
        )

    async def close(self) -> None:
        """Close the pool."""
        await self.database.close()
