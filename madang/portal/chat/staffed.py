"""Whether somebody sits at the desk now, so that the chat promises no more than it keeps."""

from __future__ import annotations

from sqlalchemy import text

from madang.lib.postgres import Tx

SOMEBODY = text("""
select exists (select from session s join "user" u on u.id = s.user_id
  where s.seen_at > now() - interval '15 minutes' and s.expires_at > now() and u.role <> 'viewer'
    and u.retired_at is null and (u.all_brands or exists (
      select from user_brand b where b.user_id = u.id and b.brand_id = :brand)))
""")


async def staffed(tx: Tx, brand_id: int) -> bool:
    """An agent of the brand has done something at the desk within the last quarter of an hour."""
    return bool((await tx.execute(SOMEBODY, {"brand": brand_id})).scalar_one())
