"""The event log guards itself in the database, so that no path around the code can touch it."""

from __future__ import annotations

EVENT_GUARD = (
    """
create function event_digest(e event) returns bytea language sql immutable as $$
  select sha256(convert_to(concat_ws(E'\\x1f', e.id, e.kind, e.actor, extract(epoch from e.at),
    coalesce(e.conversation_id, 0), coalesce(e.message_id, 0), coalesce(e.customer_id, 0), e.data::text), 'UTF8'))
$$
""",
    """
create function event_guard() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    new.digest := event_digest(new);
    new.tx := pg_current_xact_id();
    return new;
  end if;
  -- Erasure, its own audited process, may blank a payload; the digest stays and the chain still verifies.
  if tg_op = 'UPDATE' and current_setting('madang.erasing', true) = 'on'
     and new.data = '{"erased": true}'::jsonb
     and (new.id, new.tx, new.kind, new.actor, new.at, new.digest)
       = (old.id, old.tx, old.kind, old.actor, old.at, old.digest)
  then
    return new;
  end if;
  raise exception 'the event log is append-only';
end
$$
""",
    """
create trigger event_guard before insert or update or delete on event for each row execute function event_guard()
""",
    """
create trigger event_keep before truncate on event for each statement execute function event_guard()
""",
)
