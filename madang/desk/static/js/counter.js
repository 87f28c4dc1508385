// The camera reads a customer's QR where the browser can; typing always works.
const scan = document.querySelector('#scan');
const said = document.querySelector('#scan-said');

async function read(box) {
  const picture = await createImageBitmap(box.files[0]);
  const detector = new BarcodeDetector({formats: ['qr_code']});
  const found = await detector.detect(picture);
  if (!found.length) {
    said.textContent = box.dataset.none;
    return;
  }
  const form = document.querySelector('form.find');
  form.elements.q.value = found[0].rawValue;
  form.requestSubmit();
}

if (scan && 'BarcodeDetector' in window) {
  scan.hidden = false;
  const box = scan.querySelector('input');
  box.addEventListener('change', () => {
    if (box.files.length) read(box).catch(() => { said.textContent = box.dataset.none; });
  });
}
