// Brought in by the chat once it stands: a soft sound for a new answer. Off until the visitor turns it on.
const button = document.getElementById('sound');
let context = null;

const tone = (at, pitch) => {
  const gain = context.createGain();
  const voice = context.createOscillator();
  voice.frequency.value = pitch;
  gain.gain.setValueAtTime(0.0001, at);
  gain.gain.exponentialRampToValueAtTime(0.06, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.35);
  voice.connect(gain).connect(context.destination);
  voice.start(at);
  voice.stop(at + 0.4);
};

const ring = () => {
  if (!window.AudioContext) return;
  context = context || new AudioContext();
  if (context.state === 'suspended') context.resume().catch(() => {});
  tone(context.currentTime, 660);
  tone(context.currentTime + 0.12, 880);
};

export const begin = (shelf, bell) => {
  const turn = (on) => {
    button.setAttribute('aria-pressed', String(on));
    bell.ring = on ? ring : () => {};
  };
  turn(shelf.get('sound') === true);
  button.addEventListener('click', () => {
    shelf.put('sound', button.getAttribute('aria-pressed') !== 'true');
    turn(shelf.get('sound'));
    bell.ring();
  });
};
