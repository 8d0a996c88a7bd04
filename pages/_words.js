// The word picker: what is typed is looked up among the vocabulary's words, here in the browser. Words
// that begin with it come first, then those that hold it, each most frequent first.

const MOST = 12;
const fold = (text) => text.normalize('NFC').toLowerCase().replaceAll('’', "'");

function find(id, typed) {
  const vocabulary = globalThis.__w2vWords?.[id];
  if (!vocabulary) return [];
  const {words} = vocabulary, folded = (vocabulary.folded ??= words.map(fold));
  const wanted = fold(typed), begins = [], holds = [];
  if (!wanted) return words.slice(0, MOST);
  for (let i = 0; i < folded.length && begins.length < MOST; i++) {
    const at = folded[i].indexOf(wanted);
    if (at === 0) begins.push(i);
    else if (at > 0 && holds.length < MOST) holds.push(i);
  }
  // The word itself comes before longer ones, however frequent they are.
  begins.sort((a, b) => (folded[b] === wanted) - (folded[a] === wanted) || a - b);
  if (!begins.some((i) => folded[i] === wanted)) {
    const exact = folded.indexOf(wanted);
    if (exact >= 0) begins.unshift(exact);
  }
  return [...begins, ...holds].slice(0, MOST).map((i) => words[i]);
}

export default function ({data, parentElement, setTriggerValue}) {
  const root = parentElement.querySelector('.w2v-pick');
  const label = root.querySelector('label'), input = root.querySelector('input');
  const list = root.querySelector('ul');
  const shown = (text) => text.length > 80 ? `${text.slice(0, 79)}…` : text;
  root.__data = data;
  root.__emit = setTriggerValue;
  label.textContent = data.label;
  input.ariaLabel = data.label;
  input.placeholder = data.placeholder;
  input.type = data.clearable ? 'search' : 'text';
  if (root.__value !== data.value || document.activeElement !== input) input.value = shown(data.value);
  root.__value = data.value;
  if (root.__wired) return;
  root.__wired = true;

  let found = [], active = 0;
  const close = () => { list.hidden = true; input.ariaExpanded = 'false'; };
  const pick = (word) => {
    close();
    input.value = shown(word);
    input.blur();
    if (word !== root.__data.value) root.__emit('pick', {word});
  };
  const mark = () => [...list.children].forEach((item, i) => {
    item.ariaSelected = String(i === active && found.length > 0);
    if (i === active) item.scrollIntoView({block: 'nearest'});
  });
  const open = () => {
    const typed = input.value.trim();
    found = find(root.__data.id, typed);
    active = 0;
    list.replaceChildren(...(found.length ? found : [null]).map((word) => {
      const item = document.createElement('li');
      item.role = 'option';
      item.dir = 'auto';
      item.textContent = word === null ? 'no such word in this vocabulary' : shown(word);
      if (word === null) item.className = 'none';
      else item.addEventListener('mousedown', (event) => { event.preventDefault(); pick(word); });
      return item;
    }));
    list.hidden = false;
    input.ariaExpanded = 'true';
    mark();
  };
  input.addEventListener('focus', () => input.select());
  input.addEventListener('input', open);
  // Emptied, by its cross or by hand: no word.
  const emptied = () => root.__data.clearable && !input.value.trim();
  input.addEventListener('search', () => { if (emptied()) pick(''); });
  input.addEventListener('click', () => { if (list.hidden) { input.select(); } });
  input.addEventListener('blur', () => { close(); input.value = shown(root.__data.value); });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (list.hidden) { open(); return; }
      active = (active + (event.key === 'ArrowDown' ? 1 : found.length - 1)) % Math.max(found.length, 1);
      mark();
    } else if (event.key === 'Enter') {
      if (emptied()) pick('');
      else if (list.hidden) open();
      else if (found.length) pick(found[active]);
      else if (input.value.trim()) pick(input.value.trim());
    } else if (event.key === 'Escape') {
      close();
      input.value = shown(root.__data.value);
      input.blur();
    }
  });
}
