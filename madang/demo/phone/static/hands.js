// What a finger does: every request to the phone's own server goes by here.

const OURS = { "x-phone": "1" };

async function told(path, options) {
  const answer = await fetch(`/demo/phone/${path}`, { method: "POST", ...options });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(said.problem || `${answer.status}`);
  return said;
}

export const post = (path, body) =>
  told(path, { headers: { ...OURS, "content-type": "application/json" }, body: JSON.stringify(body) });

export function say(app, text, { files = [], sample = "" } = {}) {
  const form = new FormData();
  form.set("text", text);
  for (const file of files) form.append("file", file);
  if (sample) form.set("sample", sample);
  return told(`${app}/say`, { headers: OURS, body: form });
}
