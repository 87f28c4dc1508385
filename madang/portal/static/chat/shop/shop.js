// The imaginary shop uses the chat as any page may: through madang().
for (const button of document.querySelectorAll('[data-ask]')) {
  button.addEventListener('click', () => window.madang && window.madang('toggle', 'open'));
}
