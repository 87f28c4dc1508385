"""What a dealer's code means: in words for people, and for what happens next."""

from __future__ import annotations

from madang.channels.connector import SendWhy

# The Korean of Bizgo's table of codes (its SDK 1.2), as far as notices can meet them; and of Solapi's commonest.
KNOWN = {
    "A020": "초당 발송 한도(TPS) 초과",
    "A100": "잘못된 인증 정보",
    "A110": "차단된 계정",
    "A111": "차단된 계정",
    "A306": "유효하지 않은 수신번호",
    "A308": "멱등성 키가 잘못됨",
    "A320": "메시지 제한 건수를 다 씀",
    "A322": "스팸 차단(메시지 내용)",
    "A323": "스팸 차단(발신 번호)",
    "A324": "스팸 차단(수신 번호)",
    "A325": "발송 채널 권한 없음",
    "A327": "미등록 발신번호",
    "A328": "본문이 너무 김",
    "A330": "광고 메시지는 야간에 보낼 수 없음",
    "A502": "발신프로필 키(senderKey)가 유효하지 않음",
    "A505": "템플릿 코드가 유효하지 않음",
    "A570": "대상(targeting)이 유효하지 않음",
    "A910": "비즈고 내부 오류",
    "A920": "서비스 처리 일시적 불가",
    "A999": "알려지지 않은 오류",
    "3104": "카카오톡을 쓰지 않는 번호",
}
BY_CODE: dict[str, SendWhy] = {
    "A001": "auth",
    "A002": "auth",
    "A020": "rate",
    "A100": "auth",
    "A110": "auth",
    "A111": "auth",
    "A320": "auth",  # the quota or the money is used up: nothing goes until an administrator does something
    "A322": "policy",
    "A323": "auth",
    "A324": "blocked",
    "A325": "auth",
    "A326": "auth",
    "A327": "auth",
    "A330": "policy",
    "A910": "down",
    "A920": "down",
    "A999": "down",
    "3104": "blocked",
}
# A dealer's own words decide where the code is unknown; the first that is said counts.
BY_WORDS: tuple[tuple[SendWhy, tuple[str, ...]], ...] = (
    ("invalid", ("템플릿", "template", "변수", "variable")),
    (
        "auth",
        (
            "차단된 계정",
            "잔액",
            "충전",
            "포인트",
            "balance",
            "cash",
            "발신번호",
            "signature",
            "apikey",
            "api key",
            "unauthor",
        ),
    ),
    ("blocked", ("카카오톡을 사용", "카카오톡 사용", "카카오톡을 쓰지", "미사용자", "수신거부", "수신 거부", "차단")),
    ("rate", ("too many", "ratelimit", "rate limit", "초과하여 잠시")),
    ("down", ("일시적", "temporar", "internalerror", "internal server")),
)


def told(dealer: str, code: str, said: str = "") -> str:
    """The reason as an agent reads it: the dealer's own words, else ours, and the code to ask the dealer about."""
    reason = said if said and said.lower() not in {"failed", "fail", "success"} else KNOWN.get(code, "")
    return f"{reason} ({dealer} {code})" if reason else f"{dealer} {code}"


def why(code: str, said: str = "") -> SendWhy:
    """What happens next."""
    if code in BY_CODE:
        return BY_CODE[code]
    heard = f"{code} {said}".lower()
    return next((policy for policy, some in BY_WORDS if any(word in heard for word in some)), "invalid")
