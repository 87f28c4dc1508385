// A soft sound for a new answer. Off until the visitor turns it on.
import * as shelf from './shelf.js';
import {$} from './nodes.js';
import {t} from './texts.js';

let on = shelf.get('sound') === true;
let context = null;

const draw = () => {
  $('sound').setAttribute('aria-pressed', String(on));
  $('sound').setAttribute('aria-label', t('sound'));
  $('sound').title = t('sound');
};

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

export const ring = () => {
  if (!on || !window.AudioContext) return;
  context = context || new AudioContext();
  if (context.state === 'suspended') context.resume().catch(() => {});
  tone(context.currentTime, 660);
  tone(context.currentTime + 0.12, 880);
};

export const begin = () => {
  draw();
  $('sound').addEventListener('click', () => {
    on = !on;
    shelf.put('sound', on);
    draw();
    ring();
  });
};
