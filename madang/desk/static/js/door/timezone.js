// A newcomer's time zone is the one her computer says, unless she has chosen already.
const zone = document.querySelector('form[data-fresh] select[name=timezone]')
const here = Intl.DateTimeFormat().resolvedOptions().timeZone
if (zone && [...zone.options].some(option => option.value === here)) zone.value = here
