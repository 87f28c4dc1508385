"""What the demo's story does not bring: a segment, a webhook, an import, links that work once, a post on the board.

All is done through the pages themselves, as Ada, once; it answers where what was made stands, by the screens' names.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Error, FilePayload, Page

from madang.channels.registry import simulator
from tests.screens.table import Where

HASTE = 2_500  # milliseconds: a form that is sent sooner was filled in by a program
SAID = {"author": "김미나", "name": "김미나", "order": "H-20261", "orders": "H-20261", "phone": "010-2345-6789"}
CONTACTS = ({"firstname": "서연", "lastname": "이", "company": "하늘상사"}, {"firstname": "Mia", "lastname": "Berg"})
ODD = {
    "type": "edit",
    "about": "m-1",
    "from": {"kind": "email", "value": "mina@naver.example"},
    "text": "파란 담요로요",
}
KEPT = ("^=whsec", "*='/hooks/'")  # what the page of a new channel gives to be copied
PATIENCE, PAUSE = 30_000, 500  # milliseconds for what the worker does, and between two looks
CARRY = """async cid => {
  const headers = {'x-csrf-token': document.querySelector('meta[name=csrf]').content, 'x-desk': '1'}
  return (await fetch(`/c/${cid}/carry`, {method: 'POST', headers})).text()
}"""
FILE = "이름,이메일,회사\n이서연,seoyeon@naver.example,하늘상사\nMia Berg,mia@juniper.example,Juniper\n한 줄뿐,,\n"


def fill(page: Page, url: str, faults: list[str]) -> Where:
    """Do everything; what did not work is a fault, and the screens that need it have no address."""
    found: Where = {}
    steps: tuple[Callable[[Page, str], Where], ...]
    steps = (segment, webhook, invitation, password, imported, quality, store, token, asked, formed, two, chat)
    steps += (carried, delivered, odd, crm)
    for step in steps:
        try:
            found |= step(page, url)
        except (Error, IndexError, TypeError) as error:
            faults.append(f"{step.__name__} was not made: {str(error).splitlines()[0][:200]}")
    return found


def segment(page: Page, url: str) -> Where:
    """Everybody whose name contains a syllable."""
    page.goto(f"{url}/segments/new")
    page.fill("#f-name", "김씨 고객")
    page.locator("[name=what]").first.select_option("name")
    page.locator("[name=op] option[value=contains]").first.wait_for(state="attached")
    page.locator("[name=op]").first.select_option("contains")
    page.wait_for_load_state("networkidle")  # the row is drawn anew by what was chosen
    page.locator("[name=value]").first.fill("김")
    page.press("#f-name", "Enter")
    page.locator("#members").wait_for()
    return {"segment": _here(page)}


def webhook(page: Page, url: str) -> Where:
    """A receiver that is not there: what is sent to it waits."""
    page.goto(f"{url}/settings/webhooks/new")
    page.fill("[name=url]", "http://127.0.0.1:9/madang")
    page.locator("[name=kinds]").first.check()
    page.locator("main form [type=submit]").first.click()
    page.locator("main a[href*='/settings/webhooks/']").first.wait_for()
    page.goto(f"{url}/settings/webhooks")
    return {"webhook": _leads(page, "main a[href^='/settings/webhooks/']:not([href$=new])")}


def invitation(page: Page, url: str) -> Where:
    """For somebody new."""
    page.goto(f"{url}/settings/staff/invite")
    page.fill("[name=email]", "sora@madang.example")
    page.fill("[name=name]", "소라")
    page.locator("main form [type=submit]").first.click()
    page.locator("main a.crumb").wait_for()
    return {"join": _written(page, "join")}


def password(page: Page, url: str) -> Where:
    """For Ben."""
    page.goto(f"{url}/settings/staff")
    page.locator("main a[href^='/settings/staff/']:not([href$=invite])").last.click()
    page.locator("form[action$='password-link'] [type=submit]").click()
    page.locator("main a.crumb").wait_for()
    return {"reset": _written(page, "reset")}


def imported(page: Page, url: str) -> Where:
    """A file whose columns are to be chosen, and one that was looked through and is not begun."""
    places: list[str] = []
    for name in ("고객.csv", "단골.csv"):
        page.goto(f"{url}/settings/imports")
        given = FilePayload(name=name, mimeType="text/csv", buffer=FILE.encode())
        page.locator("#f-file").set_input_files(given)
        page.locator("form[enctype] [type=submit]").first.click()
        page.wait_for_url("**/columns*")
        places.append(_here(page))
    page.locator("main form .form-acts [type=submit]").first.click()
    page.wait_for_url(lambda there: not there.endswith("/columns"))
    return {"import-columns": places[0], "import": places[1].removesuffix("/columns")}


def quality(page: Page, url: str) -> Where:
    """Counted now."""
    page.goto(f"{url}/quality")
    page.locator(".quality-state button").click()
    page.locator(".quality-state button").wait_for()
    return {"quality-list": "/quality/missing.company"}


def store(page: Page, url: str) -> Where:
    """A shop with a counter."""
    page.goto(f"{url}/settings/channels/new/store_visit")
    for one in page.locator(".setup-form input[required]").all():
        one.fill("하늘 성수점")
    page.locator(".setup-form [type=submit]").first.click()
    page.wait_for_url(re.compile(r"/settings/channels/\d+"))
    number = re.findall(r"channels/(\d+)", page.url)[0]
    customer = _customers(page, url)[0]
    return {"counter-find": f"/counter/{number}?q=김", "counter-visit": f"/counter/{number}/visit?customer={customer}"}


def token(page: Page, url: str) -> Where:
    """One more row in the list."""
    page.goto(f"{url}/settings/tokens")
    page.locator("main form input[name=name]").fill("창고")
    page.locator("main form:has(input[name=name]) [type=submit]").first.click()
    page.wait_for_load_state()
    return {}


def asked(page: Page, url: str) -> Where:
    """Two questions on the board, one of them secret."""
    board = _portal(page, url, "board")
    found: Where = {"board-new": f"{board}/new"}
    for secret, name in ((False, "board-post"), (True, "board-locked")):
        page.goto(f"{url}{board}/new")
        _write(page, "배송은 언제 오나요?")
        if secret:
            page.locator("[name=secret]").check()
        page.locator("main form [type=submit]").first.click()
        page.wait_for_load_state()
        found[name] = _here(page)
    return found


def formed(page: Page, url: str) -> Where:
    """A form that was sent, and the page of its case."""
    form = _portal(page, url, "form", "forms")
    page.goto(url + form)
    _write(page, "주문한 컵에 금이 갔어요. 교환할 수 있을까요?")
    page.locator("main form [type=submit]").first.click()
    page.wait_for_load_state()
    page.wait_for_url("**/case/**")
    number = re.findall(r"[A-Z0-9]{4}-[A-Z0-9]{4}", page.locator("main").inner_text())[0]
    case = _here(page).partition("?")[0]
    return {"form-thanks": f"{case.partition('/case/')[0]}/sent/{number}", "form-case": case}


def two(page: Page, url: str) -> Where:
    """Two customers side by side."""
    one, other = _customers(page, url)[:2]
    return {"merge": f"/customers/{one}/merge?other={other}"}


def chat(page: Page, url: str) -> Where:
    """The chat, as its frame shows it."""
    return {"chat": _portal(page, url, "webchat", "chat").removesuffix("/try") + "/frame"}


def carried(page: Page, url: str) -> Where:
    """A link by which a conversation goes on elsewhere: of one that no other picture shows."""
    page.goto(f"{url}/?view=all")
    number = page.locator("#list a.row", has_text="대량 구매").first.get_attribute("data-cid")
    return {"carry": re.findall(r"/go/[\w-]+", page.evaluate(CARRY, number))[0]}


def delivered(page: Page, url: str) -> Where:
    """What the receiver that is not there was to be told."""
    page.goto(f"{url}/settings/webhooks")
    page.goto(url + _leads(page, "main a[href^='/settings/webhooks/']:not([href$=new])"))
    page.locator("form[action$='/test'] [type=submit]").click()
    page.wait_for_load_state()
    return {"webhook-delivery": _leads(page, "main a[href*='/deliveries/']")}


def odd(page: Page, url: str) -> Where:
    """A delivery that nobody can place: a message is changed that never came."""
    page.goto(f"{url}/settings/channels/new/api")
    page.fill("[name=channel_name]", "창고 프로그램")
    page.locator(".setup-form [type=submit]").click()
    page.locator(".connected").wait_for()
    secret, hook = (str(page.locator(f"main [data-copy{one}]").first.get_attribute("data-copy")) for one in KEPT)
    body = json.dumps(ODD).encode()
    page.request.post(hook, headers=simulator("api").Simulator(secret).headers("odd-1", body), data=body)
    page.goto(f"{url}/ledger/quarantine")
    while not page.locator("td a.text-link").count():
        page.wait_for_timeout(PAUSE)
        page.reload()
    return {"ledger-envelope": _leads(page, "td a.text-link")}


def crm(page: Page, url: str) -> Where:
    """A CRM that is mapped and looked through, and changes nothing yet."""
    portal = _hubspot()
    page.goto(f"{url}/settings/crm/new/hubspot")
    page.fill("[name=token]", portal.token)
    page.fill("[name=client_secret]", portal.client_secret)
    page.click(".setup-form .advanced summary")
    page.fill("[name=api_url]", portal.url)
    page.click(".setup-form [type=submit]")
    page.locator("[name=theirs]").first.wait_for()
    page.locator("form.form [type=submit]").click()
    page.locator("form[action$=beginning] button").wait_for(timeout=PATIENCE)
    number = re.findall(r"crm/(\d+)", page.url)[0]
    return {"crm-account": f"/settings/crm/{number}", "crm-mapping": f"/settings/crm/{number}/mapping"}


def _hubspot() -> Any:
    """HubSpot on loopback, for as long as this program runs."""
    made, loop = simulator("hubspot").Simulator(), asyncio.new_event_loop()
    Thread(target=loop.run_forever, daemon=True).start()
    asyncio.run_coroutine_threadsafe(made.start(), loop).result(PATIENCE / 1000)
    for number, one in enumerate(CONTACTS):
        made.portal.add(email=f"contact{number}@juniper.example", **one)
    return made


def _write(page: Page, words: str) -> None:
    """Every field that must be filled, and the long one."""
    for one in page.locator("main form :is(input[type=text], input[type=email], input[type=password], textarea)").all():
        kind = one.get_attribute("type") or ("password" if "password" in (one.get_attribute("name") or "") else "")
        if one.is_visible() and not one.input_value():
            field = str(one.get_attribute("name"))
            one.fill(SAID.get(field) or {"email": "mina@naver.example", "password": "s3cret-words"}.get(kind, words))
    for one in page.locator("main form select").all():
        one.select_option(index=1)
    page.wait_for_timeout(HASTE)


def _portal(page: Page, url: str, connector: str, folder: str = "") -> str:
    """The address of the portal's page of the first channel of a connector."""
    page.goto(f"{url}/settings/channels")
    page.goto(url + _leads(page, f"main a:has([data-ch={connector}])"))
    return _leads(page, f"a[href*='/{folder or connector}/']:not([href*='/settings/'])")


def _customers(page: Page, url: str) -> list[str]:
    page.goto(f"{url}/?view=all")
    rows = [str(one.get_attribute("href")) for one in page.locator("#list a.row").all()[:3]]
    found = []
    for row in rows:
        page.goto(url + row)
        found += re.findall(r"/customers/(\d+)", _leads(page, ".panel-name a"))
    return found


def _leads(page: Page, selector: str) -> str:
    return _path(str(page.locator(selector).first.get_attribute("href")))


def _written(page: Page, folder: str) -> str:
    return str(re.findall(rf"/{folder}/[\w.-]+", page.content())[0])


def _here(page: Page) -> str:
    return _path(page.url)


def _path(address: str) -> str:
    parts = urlsplit(address)
    return parts.path
