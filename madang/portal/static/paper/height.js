// Inside another page: tell it how tall we are, and nothing else.
if (window.parent !== window) {
  const tell = () => window.parent.postMessage({ madang: 'height', height: document.body.offsetHeight }, '*');
  new ResizeObserver(tell).observe(document.body);
}
