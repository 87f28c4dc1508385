// What goes to the server of one message: the same for the preview and for sending.

/** The form of a message: text, channel, files, buttons, template with its places, to whom. */
export function said({text, channel, files = [], choices = [], template = null, alone = false, addressed = {}}) {
  const form = new URLSearchParams({text: template ? '' : text, channel, private: alone ? '1' : '', ...addressed});
  for (const file of files) form.append('upload', file.key);
  for (const one of choices) {
    form.append('button', one.label);
    form.append('link', one.url);
  }
  if (template) {
    form.append('template', template.id);
    for (const [place, value] of template.values) {
      form.append('place', place);
      form.append('value', value);
    }
  }
  return form;
}
