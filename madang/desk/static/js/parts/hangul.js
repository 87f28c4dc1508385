// Words that are looked for while they are still being typed: 초성 alone (ㅅㅈ finds 설정), and a syllable that is not whole
// yet, as the keys make it: 호 on its way to 화, 간 on its way to 가나.
const FIRST = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ';
const MIDDLE = 'ㅏ ㅐ ㅑ ㅒ ㅓ ㅔ ㅕ ㅖ ㅗ ㅗㅏ ㅗㅐ ㅗㅣ ㅛ ㅜ ㅜㅓ ㅜㅔ ㅜㅣ ㅠ ㅡ ㅡㅣ ㅣ'.split(' ');
const LAST = ' ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ'.split(' ');
const BASE = 0xac00;
const syllable = letter => letter.charCodeAt(0) - BASE;
const isSyllable = letter => syllable(letter) >= 0 && syllable(letter) < 11_172;

function agrees(asked, there, last) {
  if (asked === there) return true;
  if (!there || !isSyllable(there)) return false;
  if (FIRST.includes(asked)) return FIRST[Math.floor(syllable(there) / 588)] === asked;
  if (!last || !isSyllable(asked)) return false;
  const open = syllable(asked) % 28 === 0; // 저 on its way to 정
  return open && Math.floor(syllable(asked) / 28) === Math.floor(syllable(there) / 28);
}

function strokes(letter) {
  if (!isSyllable(letter)) return letter;
  const place = syllable(letter);
  return FIRST[Math.floor(place / 588)] + MIDDLE[Math.floor(place / 28) % 21] + LAST[place % 28];
}

/** A text as the keys by which it is typed: 환불 is ㅎㅗㅏㄴㅂㅜㄹ. */
const typed = text => [...text].map(strokes).join('');

function at(text, word) {
  const keys = isSyllable(word.at(-1)) ? typed(word) : '';
  for (let start = 0; start < text.length; start++) {
    if (start + word.length <= text.length && [...word].every((letter, place) => agrees(letter, text[start + place], place === word.length - 1))) return start;
    if (keys && typed(text.slice(start, start + word.length + 1)).startsWith(keys)) return start;
  }
  return -1;
}

const plain = text => text.normalize('NFC').toLowerCase();

/** How well every word of `asked` is found in `text`: 0 at its beginning, 1 at a word's, 2 within, -1 not. */
export function found(text, asked) {
  const there = plain(text);
  const places = plain(asked).split(/\s+/).filter(Boolean).map(word => {
    const whole = at(there, word);
    return whole < 0 && at(there.replace(/\s/g, ''), word) >= 0 ? there.length : whole; // nobody types the spaces of 상담 종료
  });
  if (places.includes(-1)) return -1;
  const first = Math.min(...places, there.length);
  if (!places.length || first === 0) return 0;
  if (first === there.length) return 2;
  return /[\s:·(]/.test(there[first - 1]) ? 1 : 2;
}

/** How well `asked` means a thing called `name`, which also says `more`: 0 not at all, 100 exactly. */
export function fits(asked, name, more = '') {
  if (!asked.trim()) return 1;
  const place = found(name, asked);
  if (place < 0) return found(more, asked) < 0 ? 0 : 50;
  if (place > 0) return place === 1 ? 80 : 70;
  return plain(name).trim() === plain(asked).trim() ? 100 : 90;
}
