// Talk with the frame. Each side knows the other by window and origin; nothing else is heard.
let frame = null;
let awake = false;
const waiting = [];

const page = () => ({url: location.origin + location.pathname, title: document.title.slice(0, 200), consent: state.consent});

const post = (verb, detail) => {
  const message = {madang: verb, ...detail, page: page()};
  if (!awake) waiting.push(message);
  else frame.contentWindow.postMessage(message, origin);
};

const frameAddress = () => {
  const query = new URLSearchParams({locale: state.locale, theme: state.theme, from: location.origin});
  return `${origin}/chat/${CONFIG.key}/frame?${query}`;
};

const loadFrame = () => {
  if (frame) return;
  frame = make('iframe', '', {title: text('title'), src: frameAddress(), allow: 'clipboard-write', referrerpolicy: 'no-referrer'});
  panel.append(frame);
};

const reloadFrame = () => {
  if (!frame) return;
  awake = false;
  if (user) waiting.unshift(userMessage());
  frame.title = text('title');
  frame.src = frameAddress();
};

const announce = (name, detail) => {
  for (const hear of hearers.get(name) || []) hear(detail);
  window.dispatchEvent(new CustomEvent(`madang:${name}`, {detail}));
};

const heard = {
  hello() {
    awake = true;
    frame.contentWindow.postMessage({madang: 'start', open: state.open, page: page()}, origin);
    for (const message of waiting.splice(0)) frame.contentWindow.postMessage(message, origin);
  },
  ready: () => announce('ready', {}),
  close: () => setOpen(false),
  unread: (data) => { if (Number.isInteger(data.count) && data.count >= 0) setUnread(data.count); },
  message: (data) => announce('message', {id: String(data.id), author: String(data.author), at: String(data.at)}),
  refused(data) {
    user = null;
    console.warn(`Madang: setUser was refused. ${data.reason}`);
    announce('refused', {reason: String(data.reason)});
  },
};

window.addEventListener('message', (event) => {
  if (!frame || event.source !== frame.contentWindow || event.origin !== origin) return;
  const verb = own(event.data, 'madang');
  if (typeof verb === 'string' && has.call(heard, verb)) heard[verb](event.data);
});
