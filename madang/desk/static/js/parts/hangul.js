// Words that are looked for while they are still being typed: 초성 alone (ㅅㅈ finds 설정), and a syllable that is not whole yet.
const FIRST = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ';
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

function at(text, word) {
  for (let start = 0; start + word.length <= text.length; start++) {
    if ([...word].every((letter, place) => agrees(letter, text[start + place], place === word.length - 1))) return start;
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
