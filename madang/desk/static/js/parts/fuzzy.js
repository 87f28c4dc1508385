// Whether a name is meant by what is typed so far: by its beginning, by some of its letters, in Korean also by the first
// consonants (ㅎㅂ finds 환불) and while the last syllable is still being put together (호 finds 환불).

const FIRST = 'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ';
const MIDDLE = 'ㅏ ㅐ ㅑ ㅒ ㅓ ㅔ ㅕ ㅖ ㅗ ㅗㅏ ㅗㅐ ㅗㅣ ㅛ ㅜ ㅜㅓ ㅜㅔ ㅜㅣ ㅠ ㅡ ㅡㅣ ㅣ'.split(' ');
const LAST = ' ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ'.split(' ');
const PARTS = {ㄳ: 'ㄱㅅ', ㄵ: 'ㄴㅈ', ㄶ: 'ㄴㅎ', ㄺ: 'ㄹㄱ', ㄻ: 'ㄹㅁ', ㄼ: 'ㄹㅂ', ㄽ: 'ㄹㅅ', ㄾ: 'ㄹㅌ', ㄿ: 'ㄹㅍ', ㅀ: 'ㄹㅎ', ㅄ: 'ㅂㅅ', ㅘ: 'ㅗㅏ', ㅙ: 'ㅗㅐ', ㅚ: 'ㅗㅣ', ㅝ: 'ㅜㅓ', ㅞ: 'ㅜㅔ', ㅟ: 'ㅜㅣ', ㅢ: 'ㅡㅣ'};

const isSyllable = letter => letter >= '가' && letter <= '힣';
const place = letter => letter.charCodeAt(0) - 0xac00;

function strokes(letter) {
  if (!isSyllable(letter)) return PARTS[letter] ?? letter;
  const at = place(letter);
  return FIRST[Math.floor(at / 588)] + MIDDLE[Math.floor(at / 28) % 21] + LAST[at % 28];
}

const plain = text => text.normalize('NFC').toLowerCase();

/** A text as the keys by which it is typed: 환불 is ㅎㅗㅏㄴㅂㅜㄹ. */
export const typed = text => [...plain(text)].map(strokes).join('');

/** The first consonants of its syllables; other letters as they are. */
const firsts = text => [...plain(text)].map(letter => (isSyllable(letter) ? FIRST[Math.floor(place(letter) / 588)] : letter)).join('');

const consonants = text => /^[ㄱ-ㅎ\s]+$/.test(text);
const squeezed = text => text.replace(/\s+/g, '');

function inOrder(asked, text) {
  let at = -1;
  for (const letter of asked) {
    at = text.indexOf(letter, at + 1);
    if (at < 0) return false;
  }
  return true;
}

/** How well `asked` means a thing called `name`, which also says `more`: 0 not at all, 100 exactly. */
export function fits(asked, name, more = '') {
  const wish = squeezed(typed(asked));
  if (!wish) return 1;
  const [called, spaced] = [squeezed(typed(name)), typed(name)];
  if (called === wish) return 100;
  if (called.startsWith(wish)) return 90;
  if (spaced.split(/\s+/).some(part => part.startsWith(wish))) return 80;
  if (consonants(asked) && squeezed(firsts(name)).includes(squeezed(asked))) return squeezed(firsts(name)).startsWith(squeezed(asked)) ? 85 : 75;
  if (called.includes(wish)) return 70;
  if (wish.length > 1 && typed(more).includes(typed(asked).trim())) return 50;
  return wish.length > 2 && inOrder(wish, called) ? 30 : 0;
}
