// A large array of a figure: kept in the page for the plot that refers to it.
const parts = (globalThis.__w2vParts ??= {slots: new Map(), waiting: new Map()});

export default function ({data, parentElement}) {
  parentElement.closest('[data-testid="stElementContainer"]')?.style.setProperty('display', 'none');
  const {slot, key, value} = data;
  if (parts.slots.get(slot)?.key !== key) {
    parts.slots.set(slot, {key, text: value});
    for (const wake of parts.waiting.get(key) ?? []) wake();
    parts.waiting.delete(key);
  }
  return () => { if (parts.slots.get(slot)?.key === key) parts.slots.delete(slot); };
}
