// Filters as chips, the order of the list, and the views that keep both.
import {$, acts} from '../parts/acts.js';
import {ask, complain, tell} from '../parts/http.js';
import {toggle} from '../parts/menu.js';
import {parse} from '../parts/parse.js';
import {toast} from '../parts/toast.js';
import {go, shown} from './list.js';

const menu = $('filter-menu');
let opener = null; // the button beside which the menu stands
const latest = new WeakMap(); // menu → what was asked for last
let changing = ''; // what the filter said that is being changed

const state = () => new URLSearchParams(shown.query);
const chips = () => [...$('filters').querySelectorAll('[data-f]')].map(chip => chip.dataset.f);

/** The list with these filters. */
function apply(filters) {
  const said = state();
  said.delete('f');
  for (const one of filters) said.append('f', one);
  if (!filters.length && said.get('view').startsWith('v')) said.append('f', '');
  return go(`?${said}`);
}

async function fetched(box, url) {
  box.replaceChildren($('filter-menu').dataset.loading);
  box.ariaBusy = true;
  const mine = {};
  latest.set(box, mine);
  try {
    const html = await ask('GET', url);
    if (mine !== latest.get(box)) return false; // something else was asked for since
    box.replaceChildren(parse(html));
    return true;
  } catch (error) {
    if (mine !== latest.get(box)) return false;
    box.hidePopover();
    complain(error);
  } finally {
    if (mine === latest.get(box)) box.ariaBusy = null;
  }
}

acts['filter-menu'] = async button => {
  if (!menu.contains(button)) {
    if (menu.matches(':popover-open')) return menu.hidePopover();
    opener = button;
    toggle('filter-menu', button);
  }
  changing = '';
  if (await fetched(menu, '/filters')) $('filter-find').focus();
};

async function edit(field, said) {
  changing = said;
  if (!await fetched(menu, `/filters/${encodeURIComponent(field)}?${new URLSearchParams({f: said})}`)) return;
  (menu.querySelector('.filter-choices input:checked, .filter-choices input, input[name=value]') ?? menu.querySelector('select, button')).focus();
}

acts['filter-field'] = button => edit(button.dataset.field, '');
acts['filter-edit'] = button => {
  opener = button;
  if (!menu.matches(':popover-open')) toggle('filter-menu', button);
  edit(button.dataset.field, button.closest('.chip').dataset.f);
};
acts['filter-off'] = async button => {
  const off = button.closest('.chip').dataset.f;
  await apply(chips().filter(one => one !== off));
  $('filter-add').focus();
};
acts['filters-off'] = async () => {
  const said = state();
  said.delete('f');
  said.delete('sort');
  await go(`?${said}`);
  $('filter-add').focus();
};

/** What the form says, as an address has it. */
function said(form) {
  const given = new FormData(form);
  const takes = form.dataset.takes;
  let values = given.getAll('value').map(value => String(value).trim()).filter(Boolean);
  if (takes === 'list' && !form.querySelector('.filter-choices')) values = values.flatMap(one => one.split(',')).map(one => one.trim()).filter(Boolean);
  if (takes && !values.length) return '';
  return [form.dataset.field, given.get('op'), values.map(encodeURIComponent).join(',')].join(':');
}

menu.addEventListener('submit', async event => {
  event.preventDefault();
  const one = said(event.target);
  menu.hidePopover();
  if (!one) return;
  const before = chips();
  const after = changing ? before.map(chip => (chip === changing ? one : chip)) : [...before, one];
  await apply([...new Set(after)]);
  ($('filters').querySelector(`[data-f="${CSS.escape(one)}"] .chip-text`) ?? $('filter-add')).focus();
});
menu.addEventListener('change', event => {
  if (event.target.dataset.change !== 'filter-op') return;
  const form = event.target.form;
  edit(form.dataset.field, [form.dataset.field, event.target.value, form.dataset.said.split(':').slice(2).join(':')].join(':')).then(() => menu.querySelector('select')?.focus());
});
menu.addEventListener('keydown', event => {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === 'Enter' && event.target.matches('.filter-choices input')) event.target.form.requestSubmit();
});

acts['list-menu'] = button => {
  const {sort} = $('views').firstElementChild.dataset;
  for (const item of $('list-menu').querySelectorAll('[data-sort]')) item.setAttribute('aria-checked', String(item.dataset.sort === sort));
  toggle('list-menu', button);
};
acts.sort = async button => {
  $('list-menu').hidePopover();
  const query = state();
  query.set('sort', button.dataset.sort);
  await go(`?${query}`);
  $('list-tools').focus();
};

// Which view is marked is the browser's own: no morph takes it over.
document.addEventListener('desk:listed', () => {
  const {view} = $('views').firstElementChild.dataset;
  for (const link of document.querySelectorAll('#views a, #views-menu a')) {
    if (!shown.q && link.dataset.view === view) link.setAttribute('aria-current', 'true');
    else link.removeAttribute('aria-current');
  }
});

acts['view-form'] = async button => {
  if ($('views-menu').matches(':popover-open')) $('views-menu').hidePopover();
  const box = $('view-menu');
  toggle('view-menu', $('view-choose'));
  if (await fetched(box, `/views/new?${new URLSearchParams({view: button.dataset.view})}`)) $('view-form-name').focus();
};
$('view-menu').addEventListener('submit', async event => {
  event.preventDefault();
  const {number} = event.target.dataset;
  if (event.target.ariaBusy) return; // pressed twice it is one view
  event.target.ariaBusy = 'true';
  const given = new FormData(event.target);
  const body = [['name', given.get('name')], ['whose', given.get('whose') ?? 'me'], ...(number ? [] : state())];
  try {
    const {key} = JSON.parse(await ask(number ? 'PUT' : 'POST', number ? `/views/${number}` : '/views', body));
    $('view-menu').hidePopover();
    await go(number ? shown.query : `?view=${key}`);
    $('view-choose').focus();
  } catch (error) {
    complain(error);
  }
  event.target.ariaBusy = null;
});
acts['view-keep'] = async button => {
  if (!await tell('PUT', `/views/${button.dataset.number}`, [...state()])) return;
  toast(button.dataset.said);
  await go(`?view=v${button.dataset.number}`);
};
acts['view-remove'] = async button => {
  const {number, said: text, undo} = button.dataset;
  $('views-menu').hidePopover();
  if (!await tell('DELETE', `/views/${number}`)) return;
  await go('?view=mine');
  toast(text, {label: undo, act: async () => { if (await tell('POST', `/views/${number}/restoration`)) go(`?view=v${number}`); }});
};
