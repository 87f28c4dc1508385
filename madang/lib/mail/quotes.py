"""Where a reply's own words end and the quoted mail begins: Korean and English clients, line by line.

Every rule looks at one line, or a handful below it, cut to a fixed length: time grows with the number of lines,
whatever they hold. The formats are those of Gmail, Apple Mail, Outlook, Thunderbird, Samsung Mail, Naver and Daum.
"""

from __future__ import annotations

import re

from madang.lib.mail.signature import DEVICE

MAX_LINES = 5000
MAX_LINE = 400

# How the line above a quotation ends.
CLOSING = re.compile(
    r"(?:wrote|writes|schrieb(?:\s.{1,60})?|a écrit|escribió|さんは書きました"
    r"|님이\s*(?:다음을\s*)?작성|작성|작성하였습니다|작성했습니다|님이\s*씀|썼습니다|쓴\s*글|님의\s*말"
    r"|님께서\s*(?:작성(?:하신\s*글)?|쓰신\s*글))\s*[:：]\s*\Z"
)
# "2015-03-02 15:02 GMT+09:00 홍길동 <hong@example.com>:" of older Gmail: no verb at all.
BARE_CLOSING = re.compile(r"<[^<>\s]+@[^<>\s]+>\s*:\s*\Z")
DATED = re.compile(
    r"\d{2,4}\s*[년.\-/]\s?\d{1,2}\s*[월.\-/]\s?\d{1,2}|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b"
    r"|\d{1,2}/\d{1,2}/\d{2,4}|(?:오전|오후)\s?\d{1,2}:\d{2}"
)
OPENING = re.compile(r"[>\s]*(?:On\b|\d{2,4}\s*[년.\-/]|\d{1,2}[./ ]|[A-Z][a-z]{2},|<?[^\s@<>]+@|\"|'|[가-힣])")
STRONG = re.compile(r"[>\s]*(?:On\s|\d{2,4}\s*[년.\-/]\s?\d{1,2}\s*[월.\-/])")
NAMED = re.compile(r"이\(가\)|님이|님의|님께서")

DIVIDER_WORDS = (
    "original message|original appointment|forwarded message|begin forwarded message|reply message"
    r"|원본\s*(?:메일|메시지|메세지|이메일|내용)|원래\s*메시지|원문|전달(?:된)?\s*(?:메시지|메일)"
    r"|이전\s*메일|받은\s*메일|답장\s*메시지"
)
DIVIDER = re.compile(rf"[>\s*]*[-=_─━―*#]{{2,}}\s*(?:{DIVIDER_WORDS})\s*[-=_─━―*#]{{2,}}\s*\Z", re.IGNORECASE)
FORWARD = re.compile(
    r"[>\s]*(?:Begin forwarded message|전달된 메시지(?:의)? 시작|다음은 전달된 메시지)\s*[:：]\s*\Z", re.IGNORECASE
)
MARKER = re.compile(
    r"\s*(?:##-.*-##|-{2,}\s*(?:여기|이 ?(?:줄|선)).{0,40}(?:답장|회신|답변).{0,40}-{2,}"
    r"|.{0,20}reply above this line.{0,20})\s*\Z",
    re.IGNORECASE,
)
RULER = re.compile(r"[>\s]*[-_=─━―*]{5,}\s*\Z")

BEFORE, AFTER = r"[>\s*|]*", r"\s*\**\s*[:：]"
NAMES = {
    "sender": r"From|보낸\s?사람|보낸\s?이|발신자?|발신인",
    "sent": r"Sent|Date|보낸\s?(?:날짜|시간|일시)|받은\s?날짜|날짜|일시|발신일시?|전송일시?",
    "to": r"To|받는\s?사람|받은\s?사람|받는\s?이|수신자?|수신인",
    "cc": r"Cc|참조인?|함께\s?받는\s?사람",
    "subject": r"Subject|제\s?목",
}
LABELS = {key: re.compile(f"{BEFORE}(?:{names}){AFTER}", re.IGNORECASE) for key, names in NAMES.items()}
BLOCK_SPAN = 12  # lines in which a block of quoted header lines must show itself


def quote_start(lines: list[str]) -> int | None:
    """The index of the line where quoted mail begins, None without one. Nothing above it may be blank alone."""
    said_something = False
    index = 0
    while index < min(len(lines), MAX_LINES):
        line = lines[index][:MAX_LINE]
        introduces = introduction(lines, index, line) if line.strip() else 0
        if introduces and said_something:
            return index
        said_something = said_something or not (introduces or not line.strip() or DEVICE.match(line))
        index += max(1, introduces)
    return None


def introduction(lines: list[str], index: int, line: str) -> int:
    """How many lines, from this one on, introduce or begin a quotation; 0 when they do not."""
    if line.startswith(">") or MARKER.match(line) or DIVIDER.match(line) or FORWARD.match(line):
        return 1
    if RULER.match(line):
        following = next_filled(lines, index + 1)
        return int(following is not None and header_block(lines, following))
    return int(header_block(lines, index)) or attribution(lines, index, line)


def next_filled(lines: list[str], index: int) -> int | None:
    """The next line with something on it, near by."""
    for position in range(index, min(index + 4, len(lines))):
        if lines[position].strip():
            return position
    return None


def header_block(lines: list[str], index: int) -> bool:
    """A copied mail header: who, then at least two more of when, to whom and about what."""
    if not LABELS["sender"].match(lines[index][:MAX_LINE]):
        return False
    seen = {
        name
        for line in lines[index : index + BLOCK_SPAN]
        for name, label in LABELS.items()
        if label.match(line[:MAX_LINE])
    }
    return len(seen) >= 3


def attribution(lines: list[str], index: int, line: str) -> int:
    """How many lines ``On … wrote:`` or its Korean kin takes, which clients wrap over up to four; 0 without one.

    The shortest one counts: a sentence with a date right above it is not part of it.
    """
    if not may_open(line):
        return 0
    pieces = [line.strip()]
    for following in range(index + 1, index + 5):
        if looks_like_attribution(" ".join(pieces)):
            inner = range(1, len(pieces))
            within = any(STRONG.match(pieces[at]) and looks_like_attribution(" ".join(pieces[at:])) for at in inner)
            return 0 if within else len(pieces)
        if following >= len(lines) or not lines[following].strip():
            return 0
        pieces.append(lines[following][:MAX_LINE].strip())
    return 0


def may_open(line: str) -> bool:
    """A line an attribution can begin with: ``On``, a date, an address or a name with its particle."""
    if STRONG.match(line):
        return True
    return bool(OPENING.match(line)) and bool(DATED.search(line) or "@" in line or NAMED.search(line))


def looks_like_attribution(text: str) -> bool:
    """A date (or an address, or the Korean particle for a name) and the verb that closes the line."""
    text = text[-2 * MAX_LINE :]
    if BARE_CLOSING.search(text[-200:]):
        return bool(DATED.search(text))
    if not CLOSING.search(text[-40:]):
        return False
    return bool(DATED.search(text)) or "@" in text or bool(NAMED.search(text[-40:]))
