"""The fields that many set-up forms share: what they take, what they refuse and where, and that they are translated."""

from __future__ import annotations

from pathlib import Path

import pytest

from madang.channels import form, registry
from madang.channels.connector import Config, SetupError
from madang.channels.setup import fill
from madang.connectors.form.connector import Form
from madang.connectors.store_visit.connector import StoreVisit
from madang.lib import language


def test_an_empty_form_takes_what_the_makers_offer() -> None:
    fields = (form.api_url("https://api.example"), form.price("price", "Price", "20"), form.currency("KRW"))
    given, secrets = fill((*fields, form.region(), form.own_secret("secret", "Secret")), {})
    assert given == {"api_url": "https://api.example", "price": "20", "currency": "KRW", "region": "KR"}
    assert len(secrets["secret"]) >= 43
    assert secrets["secret"].replace("-", "").replace("_", "").isalnum(), "it stands in addresses"
    assert fill((form.own_secret("secret", "Secret"),), {})[1] != secrets


@pytest.mark.parametrize("given", [{}, {"price": ""}, {"price": "0"}, {"price": "8,4", "region": "kr"}, {"region": ""}])
def test_what_is_right_passes(given: dict[str, str]) -> None:
    form.check_prices(given, "price")
    form.check_region(given)


def test_what_is_wrong_is_refused_at_its_field() -> None:
    with pytest.raises(SetupError) as caught:
        form.check_prices({"a": "8.4", "b": "free"}, "a", "b")
    assert caught.value.field == "b"
    with pytest.raises(SetupError) as caught:
        form.check_region({"region": "Korea"})
    assert caught.value.field == "region"


@pytest.mark.parametrize("kind", [Form, StoreVisit])
async def test_a_country_that_is_none_is_not_kept(kind: type[Form | StoreVisit]) -> None:
    """Else every number without + would be refused to those who type it."""
    given, secrets = fill(registry.fields(kind.name), {"store": "성수점", "region": "Korea"})
    with pytest.raises(SetupError) as caught:
        await kind(Config(7, "k", "하늘", given, secrets)).check()
    assert caught.value.field == "region"


def test_their_words_are_there_in_korean() -> None:
    """They are the house's own, whichever connector asks."""
    language.learn([Path(form.__file__).parent.parent / "locale"])
    of_meta = {"app_secret", "verify_token", "human_agent", "api_url"}
    made = (form.currency("KRW"), form.region(), *(one for one in registry.fields("messenger") if one.name in of_meta))
    assert len(made) == 2 + len(of_meta)
    with language.speaking("ko"):
        for text in (text for one in made for text in (one.label, one.help) if text):
            assert language.gettext(text) != text
