// Two short sounds of our own, written here as waves: no file. A person who calls by name sounds a third higher. They are
// played by an audio element: to open a whole AudioContext holds the page up for a tenth of a second.
const CALLS = ['mention', 'assigned', 'failed', 'test'];
const HEARD = [523.3, 784]; // Hz, one after the other
const CALLED = [659.3, 880, 1108.7];
const RATE = 22_050; // samples a second
const [APART, LONG, SWELL] = [0.11, 0.45, 0.015]; // seconds
const LOUD = 0.22; // each of them, so that three together stay below one
const made = new Map();

/** Sound for what is new. `volume` 0 to 100. */
export function chime(news, volume) {
  if (!volume || navigator.userActivation?.hasBeenActive === false) return; // before the first press browsers stay silent
  const notes = news.some(one => one.sound && CALLS.includes(one.kind)) ? CALLED : HEARD;
  if (!made.has(notes)) made.set(notes, new Audio(URL.createObjectURL(new Blob([wave(notes)], {type: 'audio/wav'}))));
  const audio = made.get(notes);
  audio.volume = volume / 100;
  audio.currentTime = 0;
  audio.play().catch(() => {}); // no loudspeaker, or the browser says no
}

/** The notes as a WAV file: one channel of 16 bits. */
function wave(notes) {
  const [length, head] = [Math.ceil(RATE * (APART * (notes.length - 1) + LONG)), 44];
  const file = new DataView(new ArrayBuffer(head + 2 * length));
  [...'RIFF....WAVEfmt ....................data'].forEach((letter, at) => file.setUint8(at, letter.charCodeAt()));
  for (const [at, number] of [[4, 36 + 2 * length], [16, 16], [24, RATE], [28, 2 * RATE], [40, 2 * length]]) file.setUint32(at, number, true);
  for (const [at, number] of [[20, 1], [22, 1], [32, 2], [34, 16]]) file.setUint16(at, number, true);
  for (let at = 0; at < length; at++) {
    const loud = notes.reduce((all, pitch, n) => all + note(pitch, at / RATE - n * APART), 0);
    file.setInt16(head + 2 * at, 32_767 * loud, true);
  }
  return file;
}

/** One note `at` seconds after it began: it swells fast and dies away slowly. */
function note(pitch, at) {
  if (at < 0 || at > LONG) return 0;
  const loud = at < SWELL ? at / SWELL : 0.0005 ** ((at - SWELL) / (LONG - SWELL));
  return LOUD * loud * Math.sin(2 * Math.PI * pitch * at);
}
