"""Access tokens for XOAUTH2, asked for with the refresh token and kept until shortly before they end."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from madang.channels.connector import SetupError
from madang.connectors.email.account import Account
from madang.lib.http import Blocked, CallFailed, Client

EARLY = 120  # seconds before its end in which a token is not used any more


@dataclass
class Tokens:
    """One mailbox's access token."""

    account: Account
    _token: str = ""
    _ends: float = field(default=0.0)

    async def secret(self, password: str) -> str:
        """What to sign in with: the password, or an access token that is still good."""
        if self.account.auth != "oauth2":
            return password
        if time.monotonic() > self._ends:
            answer = await self._refresh()
            self._token = str(answer["access_token"])
            self._ends = time.monotonic() + float(answer.get("expires_in") or 300) - EARLY
        return self._token

    def forget(self) -> None:
        """The token was refused: ask for another next time."""
        self._ends = 0.0

    async def _refresh(self) -> dict[str, Any]:
        oauth = self.account.oauth
        form = {
            "grant_type": "refresh_token",
            "client_id": oauth.client_id,
            "client_secret": oauth.client_secret,
            "refresh_token": oauth.refresh_token,
        }
        body = urlencode({name: value for name, value in form.items() if value}).encode()
        client = Client(self.account.allow_hosts)
        try:
            headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
            answer = await client.request("POST", oauth.token_url, headers=headers, content=body)
            said: Any = answer.json()
        except (Blocked, CallFailed, ValueError) as error:
            raise SetupError("The token address does not answer as one. Check it.", "token_url") from error
        finally:
            await client.close()
        if answer.status in (400, 401):
            raise SetupError("The refresh token was refused. Make a new one.", "refresh_token")
        if not answer.ok or not isinstance(said, dict) or "access_token" not in said:
            raise SetupError("The token address gave no access token. Check it and the client.", "token_url")
        return said
