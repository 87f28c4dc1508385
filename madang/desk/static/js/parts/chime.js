// Two short sounds of our own, made by the browser: no file. A person who calls by name sounds a third higher.
const CALLS = ['mention', 'assigned', 'failed', 'test'];
let audio;

/** Sound for what is new. `volume` 0 to 100. */
export function chime(news, volume) {
  if (!volume || navigator.userActivation?.hasBeenActive === false) return; // before the first press browsers stay silent
  audio ??= new AudioContext();
  if (audio.state === 'suspended') audio.resume().catch(() => {});
  const calls = news.some(one => one.sound && CALLS.includes(one.kind));
  const notes = calls ? [659.3, 880, 1108.7] : [523.3, 784];
  notes.forEach((pitch, n) => note(pitch, audio.currentTime + n * 0.11, volume / 100 * 0.22));
}

function note(pitch, at, loud) {
  const voice = audio.createOscillator();
  const swell = audio.createGain();
  voice.type = 'sine';
  voice.frequency.value = pitch;
  swell.gain.setValueAtTime(0, at);
  swell.gain.linearRampToValueAtTime(loud, at + 0.015);
  swell.gain.exponentialRampToValueAtTime(0.0001, at + 0.42);
  voice.connect(swell).connect(audio.destination);
  voice.start(at);
  voice.stop(at + 0.45);
}
