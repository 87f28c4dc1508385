"""The words of :mod:`madang.conversations.inbox.when`: what days and spans are called, and the shapes they come in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import time, timedelta

MORNING = time(9)
EVENING = time(18)
PARTS = {  # of a day, when it is called by name
    **dict.fromkeys(("아침", "오전", "morning"), MORNING),
    **dict.fromkeys(("점심", "정오", "noon", "lunch"), time(12)),
    **dict.fromkeys(("오후", "afternoon"), time(14)),
    **dict.fromkeys(("저녁", "evening", "tonight"), EVENING),
    **dict.fromkeys(("밤", "night"), time(21)),
    **dict.fromkeys(("자정", "midnight"), time(0)),
}
DAYS = {
    **{word: n for n, word in enumerate("월화수목금토일")},
    **{word: n for n, word in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))},
}
AHEAD = {
    **dict.fromkeys(("오늘", "today", "tonight"), 0),
    **dict.fromkeys(("내일", "낼", "tomorrow", "tmrw", "tmr"), 1),
    **dict.fromkeys(("모레", "내일모레", "내일 모레", "낼모레", "낼 모레", "day after tomorrow"), 2),
    "글피": 3,
}
MONTHS = {
    word: n + 1
    for n, word in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"))
}
COUNTED = {
    **{word: n + 1 for n, word in enumerate(("한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열"))},
    **{
        word: n + 1
        for n, word in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"))
    },
    **dict.fromkeys(("a", "an", "하루", "일주일"), 1),
    **dict.fromkeys(("이틀",), 2),
    **dict.fromkeys(("사흘",), 3),
    "half": 0.5,
    "half an": 0.5,
    "반": 0.5,
}
UNITS = {
    **dict.fromkeys(("분", "minute", "minutes", "min", "mins", "m"), timedelta(minutes=1)),
    **dict.fromkeys(("시간", "hour", "hours", "hr", "hrs", "h"), timedelta(hours=1)),
    **dict.fromkeys(("일", "날", "day", "days", "d"), timedelta(days=1)),
    **dict.fromkeys(("주", "주일", "week", "weeks", "w"), timedelta(weeks=1)),
}
MONTH = re.compile(r"(?:in )?(\d+|한|두|세|네|a|one|two|three|six)\s*(?:개월|달|months?)(?:\s*(?:뒤|후|later))?(?:에)?")
N = r"(\d+(?:\.\d+)?|half an?|[a-z]+|한|두|세|네|다섯|여섯|일곱|여덟|아홉|열|반)"
UNIT = r"(분|시간|일|주일|주|minutes?|mins?|hours?|hrs?|days?|weeks?|[mhdw])"
LATER = re.compile(rf"(?:in |for )?{N}\s*{UNIT}(\s*반)?(?:\s*(뒤|후|later|동안|간)(?:에)?)?")
ALONE = {"하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "일주일": 7, "보름": 15}
NAMED = re.compile(rf"({'|'.join(ALONE)})\s*(?:뒤|후|동안)(?:에)?")
# Days on, with an hour after them: 3일 뒤 오전 9시. Alone they are NAMED or LATER, and keep the time of day.
DAYS_ON = re.compile(
    r"in (\d+|[a-z]+) (days?|weeks?)|(\d+|한|두|세|네|다섯|여섯)\s*(일|주일|주)\s*(?:뒤|후)(?:에)?"
    rf"|({'|'.join(ALONE)})\s*(?:뒤|후)(?:에)?"
)
DAY = re.compile(r"(?:(이번|다음)\s*달\s*)?(?<![\d:.-])(\d{1,2})일(?!\s*(?:[뒤후간]|동안))(?:에)?")  # the 25th
MONTH_END = re.compile(
    r"(?:(이번|다음)\s*달|(\d{1,2})월|이달)\s*말(?:일)?(?:에)?|(?<![가-힣])(?:월말|말일)(?:에)?"
    r"|\b(?:(?:at |by )?(?:the )?end of (?:the |this |next )?month|eom)\b"
)
# Hours are counted in words of their own: 두 시, 열두 시 반.
OCLOCK = ("한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열", "열한", "열두")
NATIVE = re.compile(rf"(?<![가-힣])({'|'.join(OCLOCK[::-1])})\s?시(?!간)")
SAID_SO: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (NATIVE, lambda found: f"{OCLOCK.index(found[1]) + 1}시"),
    (re.compile(r"^(?:until|till) |\s*까지$"), ""),
    (re.compile(r"\bthe (?=day after tomorrow)"), ""),
    (re.compile(r"\b(?:at |by )?(?:(?:the )?end of (?:the )?(?:working )?day(?! after)|eod)\b"), "evening"),
    (re.compile(r"[담내]\s?주(?=[\s월화수목금토일말]|$)"), "다음 주"),
)
HALF = r"(am|pm|a\.m\.|p\.m\.|오전|오후|아침|낮|저녁|밤|새벽)"
KOREAN = re.compile(rf"(?:{HALF}\s*)?(\d{{1,2}})\s*시(?:\s*(?:(\d{{1,2}})\s*분|(반)))?(?:에|쯤)?")
HALVES = {"morning": "am", "afternoon": "pm", "evening": "저녁", "night": "밤", "tonight": "밤"}
PART_OF = re.compile(rf"(?:in the |at |this )?\b({'|'.join(HALVES)})\b")  # beside an hour
CLOCK = re.compile(rf"(?:{HALF}\s*)?\b(at )?(\d{{1,2}}):(\d{{2}})\s*{HALF}?")
ENGLISH = re.compile(
    r"(?:at )?(\d{1,2})\s*(am|pm|a\.m\.|p\.m\.)|\b(?:at )?(\d{1,2})\s*o.?clock|\bat (\d{1,2})\b(?![:.]\d)"
)
WEEKDAY = re.compile(
    r"(?:(이번|다음|다다음)\s*주\s*)?([월화수목금토일])(?:요일|욜)(?:에)?|(이번|다음|다다음)\s*주\s*([월화수목금토일])(?![가-힣])(?:에)?"
    r"|(?:(this|next|on) )?(mon|tue|wed|thu|fri|sat|sun)(?:day|sday|nesday|rsday|urday|s|rs|r)?\b"
)
DATE = re.compile(
    r"(?:(\d{4})[-./년]\s*)?(\d{1,2})\s*[-./월]\s*(\d{1,2})(?:일|\b)"
    rf"|(?:on )?({'|'.join(MONTHS)})[a-z]*\.? (\d{{1,2}})(?:st|nd|rd|th)?(?: (20\d\d))?\b"
    rf"|(?:on )?(\d{{1,2}})(?:st|nd|rd|th)? ({'|'.join(MONTHS)})[a-z]*(?: (20\d\d))?\b"
)
WEEK = re.compile(
    r"(다음|다다음)\s*주(?:말)?(?:에)?|next week(?:end)?|(this )?weekend|(이번\s*)?주말|next month|다음\s*달"
)
NOON = re.compile(rf"(?:in the |at |this )?\b({'|'.join(PARTS)})\b(?:에)?|({'|'.join(PARTS)})(?:에)?")
