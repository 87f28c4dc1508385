"""Korean family names, and how their owners write them in Latin letters."""

from __future__ import annotations

# Hangul, the usual spelling, others in use. The spellings follow what passports have: owners choose freely, and most
# do not take the official one. What two names share (Jung: 정, 중; You: 유, 류) counts for the more frequent one.
_WRITTEN = """
김 kim gim ghim
이 lee yi rhee ri li rie leigh
박 park pak bak bark
최 choi choe choy chai
정 jung jeong chung cheong joung jeoung
강 kang gang kahng
조 cho jo joh
윤 yoon yun youn yune
장 jang chang zang
임 lim im rim yim leem
한 han hahn
오 oh o oe
서 seo suh so sur
신 shin sin shinn
권 kwon gwon kweon
황 hwang whang
안 ahn an
송 song
전 jeon jun chun chon jhun
홍 hong
유 yoo yu ryu you ryoo yoou rhyu
고 ko go koh goh
문 moon mun
양 yang ryang
손 son sohn
배 bae bai pae bea
백 baek paik paek back baik
허 heo hur huh her
남 nam
심 shim sim
노 noh no roh rho ro
하 ha hah
곽 kwak gwak kwag
성 sung seong
차 cha char
주 joo ju chu
우 woo u wu
구 koo gu ku goo
나 na ra rha la nah
민 min
진 jin chin
지 ji jee chi
엄 eom um uhm
채 chae
원 won
천 cheon
방 bang pang
공 kong gong
현 hyun hyeon hyoun
함 ham
변 byun byeon
염 yeom yum
여 yeo
추 choo
도 do
소 soh
석 seok suk
선 sun seon
설 seol sul
마 ma mah
길 gil kil
연 yeon
위 wi wee
표 pyo
명 myung myeong
기 ki
반 ban
왕 wang
금 keum geum
옥 ok
육 yook yuk
인 in
맹 maeng
제 je
모 mo
탁 tak
국 kook guk
어 eo
은 eun
편 pyeon pyun
용 yong
예 ye
경 kyung gyeong
봉 bong
사 sa
부 boo
복 bok
태 tae
목 mok
형 hyung hyeong
피 pi
남궁 namgung namkoong namkung namgoong
황보 hwangbo whangbo
제갈 jegal
사공 sagong sakong
선우 sunwoo seonwoo
서문 seomun
독고 dokgo dokko
"""

_ROWS = [line.split() for line in _WRITTEN.split("\n") if line]
# What the rule of initial sounds writes in two ways is one name.
_TWICE = {"리": "이", "류": "유", "림": "임", "라": "나", "로": "노", "량": "양", "려": "여", "륙": "육"}

USUAL = {row[0]: row[1] for row in _ROWS} | {
    old: row[1] for row in _ROWS for old, new in _TWICE.items() if new == row[0]
}
SPELLINGS: dict[str, str] = {}
for _row in _ROWS:
    for _spelling in _row[1:]:
        SPELLINGS.setdefault(_spelling, _row[1])

# The thirty most frequent: 김솔 is a family name with a given one of one syllable, 미나 is a given name by itself.
FREQUENT = frozenset(row[0] for row in _ROWS[:30])
