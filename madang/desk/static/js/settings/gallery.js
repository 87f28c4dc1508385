// The gallery narrows while one types; without this the form asks the server.
const search = document.querySelector('[data-gallery]')
const cards = [...document.querySelectorAll('[data-card]')].map(item => [item, item.dataset.card.normalize('NFC').toLowerCase()])
const found = document.getElementById('found')

function narrow() {
  const words = search.value.normalize('NFC').toLowerCase().split(/\s+/).filter(Boolean)
  let shown = 0
  for (const [item, text] of cards) {
    item.hidden = !words.every(word => text.includes(word))
    shown += item.hidden ? 0 : 1
  }
  for (const group of document.querySelectorAll('[data-group]')) group.hidden = !group.querySelector('[data-card]:not([hidden])')
  document.getElementById('nothing').hidden = shown > 0
  found.textContent = `${found.dataset.words} ${shown}`
}

search.addEventListener('input', narrow)
search.form.addEventListener('submit', event => { if (cards.length) { event.preventDefault(); narrow() } })
