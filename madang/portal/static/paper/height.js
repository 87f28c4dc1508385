// Inside another page: tell it how tall we are, and nothing else.
const around = new URLSearchParams(location.search).get('from');
if (window.parent !== window && around) {
  const tell = () => window.parent.postMessage({ madang: 'height', height: document.body.offsetHeight }, around);
  new ResizeObserver(tell).observe(document.body);
}
