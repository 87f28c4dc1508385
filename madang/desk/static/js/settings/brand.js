// The whole page wears the colour while it is chosen; what is saved is the same.
const form = document.getElementById('brand')
const { hue, chroma, name, greeting } = form.elements
const strongest = form.dataset.strongest.split(' ').map(Number)
const step = Number(form.dataset.step)

function limit() {
  const at = hue.value / step
  const low = Math.floor(at)
  return Math.min(strongest[low], strongest[Math.min(low + 1, strongest.length - 1)])
}

function wear() {
  chroma.max = limit()
  const look = document.documentElement.style
  look.setProperty('--brand-h', hue.value)
  look.setProperty('--brand-c', chroma.value)
}

function show(field) {
  for (const place of form.querySelectorAll(`[data-shows=${field.name}]`)) place.textContent = field.value || field.placeholder
}

form.addEventListener('input', event => {
  if (event.target === hue || event.target === chroma) wear()
  if (event.target === name || event.target === greeting) show(event.target)
})
wear()
