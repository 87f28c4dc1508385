"""What every process stands on: settings, database, files, keys."""

from __future__ import annotations

from dataclasses import dataclass

from madang.lib.crypto import Keys
from madang.lib.files import Files, open_files
from madang.lib.postgres import Database
from madang.settings import Settings


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
        return cls(
            settings,
            Database(url, pool=pool, pooler=pooler),
            open_files(settings.data / "files", settings.file_store()),
            Keys(settings.secret_key.encode()),
        )

    async def close(self) -> None:
        """Close the pool."""
        await self.database.close()
