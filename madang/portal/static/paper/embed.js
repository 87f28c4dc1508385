// Where this script stands, the form stands too: a frame of ours that grows with what is in it.
const script = document.currentScript;
const frame = document.createElement('iframe');
const wish = (script && script.dataset.locale) || document.documentElement.lang || '';
frame.src = CONFIG.address + '?embed=1&from=' + encodeURIComponent(location.origin) + (/^(ko|en)/.test(wish) ? '&locale=' + wish.slice(0, 2) : '');
frame.title = (script && script.dataset.title) || 'Form';
frame.style.cssText = 'border:0;width:100%;min-height:20rem;display:block';
window.addEventListener('message', (event) => {
  if (event.source !== frame.contentWindow || !event.data || event.data.madang !== 'height') return;
  frame.style.height = Math.min(Math.max(Number(event.data.height) || 0, 200), 20000) + 'px';
});
// In the head nothing is shown: then the form stands at the end of the page.
const place = () => (script && document.body.contains(script) ? script.after(frame) : document.body.append(frame));
if (document.body) place(); else document.addEventListener('DOMContentLoaded', place);
