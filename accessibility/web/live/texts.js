// Words in the reader's language. They come from the server, out of accessibility/locales/ui.yml.

const texts = JSON.parse(document.getElementById("texts").textContent);

/** BCP 47 tag of the page. */
export const language = document.documentElement.lang;

/** The text of a key with its facts put in. */
export function say(key, facts = {}) {
  const text = texts[key] ?? "";
  return text.replace(/%\{(\w+)\}/g, (hole, name) => facts[name] ?? hole);
}

/** The word for a wire value; one that this page does not know yet reads "not known". */
export function word(group, value) {
  return texts[`${group}_${value}`] ?? say("unknown");
}

/** Walking time in whole minutes, rounded up as in the notices. */
export function walking(ms) {
  if (ms === undefined || ms === null) return say("walk_unknown");
  return say("walk_minutes", { n: Math.max(1, Math.ceil(ms / 60_000)) });
}

/** Puts the words into the static parts of the page. */
export function fillIn(root = document) {
  for (const node of root.querySelectorAll("[data-text]")) {
    node.textContent = say(node.dataset.text);
  }
  for (const node of root.querySelectorAll("[data-label]")) {
    node.setAttribute("aria-label", say(node.dataset.label));
  }
  for (const link of root.querySelectorAll(".languages a")) {
    if (link.lang === language.split("-x-")[0]) link.setAttribute("aria-current", "true");
  }
  document.title = say("title");
}
