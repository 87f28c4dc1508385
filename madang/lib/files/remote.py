"""Where an S3-compatible store is, and what opens it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"[\w.\-/]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Remote:
    """A bucket. Without ``endpoint`` it is Amazon's; without ``key`` the machine's own role opens it."""

    bucket: str
    prefix: str = ""
    endpoint: str = ""
    region: str = "us-east-1"
    key: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    path_style: bool = True

    @property
    def address(self) -> str:
        """The endpoint as requests need it: with the bucket in the host where that is the store's style."""
        if self.path_style or not self.endpoint:
            return self.endpoint
        scheme, _, rest = self.endpoint.partition("://")
        return f"{scheme}://{self.bucket}.{rest}"

    def __str__(self) -> str:
        url = f"s3://{self.bucket}/{self.prefix}".rstrip("/")
        return f"{url} at {self.endpoint}" if self.endpoint else url


def parse(url: str) -> tuple[str, str]:
    """``s3://bucket/prefix`` as (bucket, prefix). Raises ValueError in words for the admin."""
    parts = urlsplit(url)
    bucket, prefix = parts.netloc, parts.path.strip("/")
    wrong = parts.scheme != "s3" or not _BUCKET.fullmatch(bucket) or not _PREFIX.fullmatch(prefix)
    if wrong or parts.query or parts.fragment or ".." in prefix or "//" in prefix:
        raise ValueError("Files are kept in a directory or in an S3-compatible store; give s3://bucket/prefix.")
    return bucket, prefix
