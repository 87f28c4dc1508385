// The launcher and the panel, in a shadow tree of their own. The panel is a dialog that does not trap: the page stays usable.
const host = document.createElement('madang-chat');
const fixed = {all: 'initial', display: 'block', position: 'fixed', 'z-index': 2147483000};
for (const key of Object.keys(fixed)) host.style.setProperty(key, fixed[key], 'important');
const shadow = host.attachShadow({mode: 'open'});
const sheet = new CSSStyleSheet();
sheet.replaceSync(CSS);
shadow.adoptedStyleSheets = [sheet];

const root = make('div', 'root');
const panel = make('div', 'panel', {role: 'dialog', id: 'panel'});
const button = make('button', 'launcher', {type: 'button', 'aria-haspopup': 'dialog', 'aria-controls': 'panel'});
const badge = make('span', 'badge', {'aria-hidden': 'true', hidden: ''});
const said = make('div', 'said', {role: 'status', 'aria-live': 'polite'});
button.append(icon('chat', 'M7.9 20A9 9 0 1 0 4 16.1L2 22Z', 'M8 12h.01M12 12h.01M16 12h.01'), icon('down', 'm6 9 6 6 6-6'), badge);
root.append(panel, button, said);
shadow.append(root);

let back = null; // what had the focus before the panel opened

const unreadText = () => text(state.unread === 1 ? 'unread_one' : 'unread_many').replace('{n}', state.unread);

const draw = () => {
  root.dataset.theme = state.theme;
  root.dataset.side = state.position;
  root.lang = state.locale;
  root.toggleAttribute('data-open', state.open);
  panel.setAttribute('aria-label', text('title'));
  button.hidden = !state.bubble;
  button.setAttribute('aria-expanded', String(state.open));
  const label = state.open ? text('close') : text('open');
  button.setAttribute('aria-label', state.unread && !state.open ? `${label}, ${unreadText()}` : label);
  badge.hidden = state.open || state.unread === 0;
  badge.textContent = state.unread > 9 ? '9+' : String(state.unread);
};

const setUnread = (count) => {
  if (count === state.unread) return;
  const more = count > state.unread && !state.open;
  state.unread = count;
  draw();
  if (more) said.textContent = unreadText();
  announce('unread', {count});
};

const setOpen = (open) => {
  if (open === state.open) return;
  state.open = open;
  said.textContent = '';
  if (open) {
    back = document.activeElement === host ? button : document.activeElement;
    loadFrame();
  }
  draw();
  fitKeyboard();
  post('opened', {open});
  if (open) frame.focus();
  else (back === document.body || !back || !back.isConnected ? button : back).focus({preventScroll: true});
  announce(open ? 'open' : 'close', {});
};
button.addEventListener('click', () => setOpen(!state.open));
panel.addEventListener('keydown', (event) => { if (event.key === 'Escape') setOpen(false); });

// On a phone the panel fills what the keyboard leaves.
const small = matchMedia('(max-width: 480px), (max-height: 480px)');
const fitKeyboard = () => {
  const view = window.visualViewport;
  const fit = state.open && small.matches && view;
  panel.style.setProperty('height', fit ? `${view.height}px` : '');
  panel.style.setProperty('top', fit ? `${view.offsetTop}px` : '');
  panel.setAttribute('aria-modal', String(state.open && small.matches));
};
if (window.visualViewport) {
  visualViewport.addEventListener('resize', fitKeyboard);
  visualViewport.addEventListener('scroll', fitKeyboard);
}
small.addEventListener('change', fitKeyboard);
