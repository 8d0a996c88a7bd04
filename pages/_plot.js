// The one interactive plot. Plotly.react redraws in place, so hover survives an update; the view
// (axis ranges, camera) is kept here, because a new figure would reset it. Labels lie in a layer of
// their own, placed anew for the real size, zoom and camera, most important first, none over
// another: moving them costs no redrawing of the points.

const plotly = () => (globalThis.__w2vPlotly ??= new Promise((ok, fail) => {
  const script = document.createElement('script');
  script.onload = () => ok(globalThis.Plotly);
  script.onerror = () => fail(new Error('plotly.min.js could not be loaded'));
  script.src = new URL('app/static/plotly.min.js', document.baseURI);
  document.head.append(script);
}));

const FONT = 12, MOST_TRIED = 20000, MOST_IN_SPACE = 45, LONGEST = 40, MOST_SVG = 20000;
const SVG = 'http://www.w3.org/2000/svg';
const ruler = document.createElement('canvas').getContext('2d');
const widths = new Map();
// Words come escaped for Plotly, which reads markup: shown and measured as they are. A very long one
// comes in lines.
const seen = (text) => {
  const [line, more] = String(text).split('<br>', 2);
  const word = line.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  return more === undefined && word.length <= LONGEST ? word : `${[...word].slice(0, LONGEST - 1).join('')}…`;
};
const style = (el) => (name, other) => getComputedStyle(el).getPropertyValue(name).trim() || other;

// Arrays: packed ones are unpacked once, large ones come in parts of their own.

const parts = (globalThis.__w2vParts ??= {slots: new Map(), waiting: new Map()});
const KINDS = {f4: Float32Array, f8: Float64Array, i1: Int8Array, u1: Uint8Array, i2: Int16Array,
  u2: Uint16Array, i4: Int32Array, u4: Uint32Array};

function unpack({dtype, bdata, shape}) {
  const text = atob(bdata), bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  const flat = new KINDS[dtype](bytes.buffer);
  const columns = shape ? Number(String(shape).split(',')[1]) : NaN;
  if (!(columns > 0)) return flat;
  return Array.from({length: flat.length / columns}, (_, i) => flat.subarray(i * columns, (i + 1) * columns));
}

/** Lets what waits for a part see whether it still has to. */
function wakeAll() {
  const waiting = [...parts.waiting.values()].flat();
  parts.waiting.clear();
  for (const wake of waiting) wake();
}

/** What a slot holds, once it is what was asked for; null where ``wanted`` says that it is no more. */
async function part(slot, key, wanted) {
  while (parts.slots.get(slot)?.key !== key) {
    if (!wanted()) return null;
    await new Promise((wake) => parts.waiting.set(key, [...(parts.waiting.get(key) ?? []), wake]));
  }
  const one = parts.slots.get(slot);
  if (!one.value) {
    one.value = JSON.parse(one.text);
    for (const [name, value] of Object.entries(one.value)) if (value?.bdata !== undefined) one.value[name] = unpack(value);
    one.text = null;
  }
  return one.value;
}

function whole(node, arrays) {
  if (node === null || typeof node !== 'object' || Array.isArray(node)) return node;
  if (node.$part) return arrays[node.$part[0]][node.$part[1]];
  if (node.bdata !== undefined) return unpack(node);
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, whole(value, arrays)]));
}

// Labels.

/** The points that may have labels, one cloud after the other. */
function cloudsOf(el) {
  const {layout, data} = el.__sketch ?? el, spec = layout?.meta?.labels;
  if (!spec) return null;
  return data.slice(spec.points, spec.points + (layout.meta.map?.clouds ?? 1));
}

/** A function from data coordinates to pixels of the plot, and the box in which labels may lie. */
function lens(el, ranges) {
  if (el.__sketch) return el.__sketch.view;
  const full = el._fullLayout, scene = full.scene?._scene;
  if (scene) {
    const camera = scene.glplot?.cameraParams, box = scene.container?.getBoundingClientRect();
    if (!camera?.view || !box?.width) return null;
    const frame = el.getBoundingClientRect(), [sx, sy, sz] = scene.dataScale ?? [1, 1, 1];
    const times = (m, v) => [0, 1, 2, 3].map((i) => m[i] * v[0] + m[4 + i] * v[1] + m[8 + i] * v[2] + m[12 + i] * v[3]);
    const left = box.left - frame.left, top = box.top - frame.top;
    return {
      box: [left, top, left + box.width, top + box.height],
      at: (x, y, z) => {
        const p = times(camera.projection, times(camera.view, times(camera.model, [x * sx, y * sy, z * sz, 1])));
        return [left + 0.5 * box.width * (1 + p[0] / p[3]), top + 0.5 * box.height * (1 - p[1] / p[3])];
      },
    };
  }
  const ax = full.xaxis, ay = full.yaxis;
  if (!ax?._length || !ay?._length) return null;
  const [x0, x1] = ranges?.x ?? ax.range, [y0, y1] = ranges?.y ?? ay.range;
  return {
    box: [ax._offset, ay._offset, ax._offset + ax._length, ay._offset + ay._length],
    at: (x, y) => [ax._offset + (x - x0) / (x1 - x0) * ax._length, ay._offset + (y1 - y) / (y1 - y0) * ay._length],
  };
}

function layer(el) {
  if (el.__sketch) return el.__sketch.svg;
  const container = el.querySelector('.svg-container');
  let svg = container?.querySelector(':scope > .w2v-labels');
  if (container && !svg) {
    svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('class', 'w2v-labels');
    // Above the points and marks, below what hover shows.
    const tops = container.querySelectorAll(':scope > .main-svg');
    container.insertBefore(svg, tops.length > 1 ? tops[tops.length - 1] : null);
  }
  return svg;
}

function width(text, size, family) {
  const key = `${size} ${text}`;
  if (!widths.has(key)) {
    if (widths.size > 20000) widths.clear();
    ruler.font = `${size}px ${family}`;
    widths.set(key, ruler.measureText(text).width);
  }
  return widths.get(key);
}

/** Choose which labels are shown and on which side of their points. */
function placeLabels(el) {
  const clouds = cloudsOf(el), view = clouds && lens(el);
  el.__labels = [];
  const svg = layer(el);
  svg?.replaceChildren();
  if (!view || !svg) return;
  const {meta} = (el.__sketch ?? el).layout, spec = meta.labels;
  const map = meta.map ?? {rings: spec.first?.length ?? 0, most: 150};
  const inSpace = Boolean(el._fullLayout?.scene?._scene);
  const most = inSpace ? Math.min(map.most, MOST_IN_SPACE) : map.most;
  const get = style(el), family = get('--st-font', 'sans-serif');
  const first = spec.first ?? [], priority = new Set(first);
  const n = clouds[0].x.length, all = n * clouds.length;
  const frame = el.getBoundingClientRect();
  const boxes = [...el.querySelectorAll('.legend, .colorbar')].map((one) => {
    const b = one.getBoundingClientRect();
    return [b.left - frame.left, b.top - frame.top, b.right - frame.left, b.bottom - frame.top];
  });
  // Nor over the marks of the selected word and its nearest.
  first.slice(0, map.rings).forEach((i, order) => {
    const cloud = clouds[Math.floor(i / n)], r = order ? 4 : 7;
    const [x, y] = view.at(cloud.x[i % n], cloud.y[i % n], cloud.z?.[i % n]);
    boxes.push([x - r, y - r, x + r, y + r]);
  });
  const [x0, y0, x1, y1] = view.box;
  const free = (b) => b[0] >= x0 && b[1] >= y0 && b[2] <= x1 && b[3] <= y1 &&
    !boxes.some((o) => o[0] < b[2] && o[2] > b[0] && o[1] < b[3] && o[3] > b[1]);
  const tried = new Set();
  const tryPoint = (i) => {
    if (tried.has(i)) return;
    tried.add(i);
    const cloud = clouds[Math.floor(i / n)], k = i % n;
    const [x, y] = view.at(cloud.x[k], cloud.y[k], cloud.z?.[k]);
    if (!(x >= x0 && x <= x1 && y >= y0 && y <= y1)) return;
    const chosen = map.rings && i === first[0], ahead = priority.has(i);
    const size = chosen ? FONT + 4 : ahead ? FONT + 1 : FONT;
    const text = seen(cloud.text[k]);
    const own = cloud.marker?.size, dot = typeof own === 'number' ? own : own?.[k] ?? 5;
    const away = Math.max(chosen ? 9 : ahead ? 6 : 3, dot / 2 + 1) + 1;
    const w = width(text, size, family) + 4;
    // Baselines above, below and beside; a line reaches about 1 above and a third below it.
    const beside = size / 3, above = -away - size / 4, below = away + 0.85 * size;
    const box = (left, base) => [x + left, y + base - size, x + left + w, y + base + size / 3];
    const places = [
      ['top center', 'middle', 0, above, box(-w / 2, above)],
      ['bottom center', 'middle', 0, below, box(-w / 2, below)],
      ['middle right', 'start', away, beside, box(away, beside)],
      ['middle left', 'end', -away, beside, box(-away - w, beside)],
    ];
    const found = places.find((place) => free(place[4])) ?? (chosen ? places[0] : null);
    if (!found) return;
    boxes.push(found[4]);
    el.__labels.push({cloud, k, size, position: found[0], anchor: found[1], dx: found[2], dy: found[3], text, ahead, chosen});
  };
  if (most > 0 || first.length) first.forEach(tryPoint);
  const room = Math.max(most, el.__labels.length);
  // Clouds take turns, the most frequent words of each first.
  for (let t = 0; t < Math.min(all, MOST_TRIED) && el.__labels.length < room; t++) {
    tryPoint((t % clouds.length) * n + Math.floor(t / clouds.length));
  }
  const ink = get('--st-text-color', '#555'), ground = get('--st-background-color', '#fff');
  for (const label of el.__labels) {
    const group = document.createElementNS(SVG, 'g'), text = document.createElementNS(SVG, 'text');
    text.textContent = label.text;
    text.setAttribute('text-anchor', label.anchor);
    text.setAttribute('x', label.dx);
    text.setAttribute('y', label.dy);
    text.style.cssText = `font-size:${label.size}px;fill:${ink};stroke:${ground}`;
    text.style.fontFamily = family;
    if (clouds.length > 1 && label.cloud === clouds[1]) text.style.fontStyle = 'italic';
    if (!label.ahead || (label.chosen && inSpace)) { // in space other points may lie over Plotly's ring
      const ring = document.createElementNS(SVG, 'circle');
      ring.setAttribute('r', label.chosen ? 7.5 : 3);
      if (label.chosen) ring.setAttribute('class', 'chosen');
      else ring.style.stroke = '#8A94A6';
      group.append(ring);
    }
    group.append(text);
    svg.append(group);
    label.node = group;
  }
  moveLabels(el);
}

/** Labels follow their points while the view moves. */
function moveLabels(el, ranges) {
  const view = (el.__labels?.length || el.__marks) && lens(el, ranges);
  if (!view) return;
  drawMarks(el, view);
  const [x0, y0, x1, y1] = view.box;
  for (const {cloud, k, node} of el.__labels) {
    const [x, y] = view.at(cloud.x[k], cloud.y[k], cloud.z?.[k]);
    const inside = x >= x0 && x <= x1 && y >= y0 && y <= y1;
    node.setAttribute('visibility', inside ? 'visible' : 'hidden');
    if (inside) node.setAttribute('transform', `translate(${x.toFixed(1)},${y.toFixed(1)})`);
  }
}

function soon(el, wait = 120) {
  clearTimeout(el.__soon);
  el.__soon = setTimeout(() => el.isConnected && placeLabels(el), wait);
}

/** In space: labels follow the camera, and are placed anew where it rests. */
function watchCamera(el) {
  if (el.__watching) return;
  el.__watching = true;
  let last = '';
  const look = () => {
    const camera = el.isConnected && el._fullLayout?.scene?._scene?.glplot?.cameraParams;
    if (!camera) { el.__watching = false; return; }
    const now = `${camera.view?.join()} ${camera.projection?.join()}`;
    if (now !== last) { last = now; moveLabels(el); soon(el); }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

// Colours.

function forTheme(data, el) {
  // Dark ground asks for the lighter one of two colours.
  ruler.fillStyle = style(el)('--st-background-color', '#ffffff');
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(ruler.fillStyle.slice(i, i + 2), 16));
  if (r + g + b > 384) return data.figure;
  return Object.entries(data.on_dark).reduce((text, [from, to]) => text.replaceAll(from, to), data.figure);
}

function dress(el, layout, traces) {
  // The page's own colours, so that a figure follows the theme.
  const get = style(el), ink = get('--st-text-color', '#555');
  layout.font = {...layout.font, color: ink, family: get('--st-font', 'sans-serif')};
  layout.hoverlabel = {...layout.hoverlabel, align: 'left', bgcolor: get('--st-secondary-background-color', '#fff'),
    bordercolor: get('--st-primary-color', '#888'), font: {size: 14, color: get('--st-text-color', '#333')}};
  layout.modebar = {bgcolor: 'rgba(0,0,0,0)', color: '#8A94A6', activecolor: get('--st-primary-color', '#444'),};
  // Plotly would choose black or white as if the ground were white.
  for (const trace of traces) if (trace.type === 'heatmap' && trace.texttemplate) trace.textfont = {...trace.textfont, color: ink};
  layout.legend = {...layout.legend, bgcolor: get('--st-background-color', '#fff') + 'CC'};
}

// The first sight: points and labels, while Plotly itself is still on its way.

function sketch(el, data, layout, traces) {
  const points = traces[layout.meta.labels.points], marker = points.marker;
  if (points.z || !layout.xaxis?.range || !layout.yaxis?.range) return;
  const width = el.clientWidth, height = data.height;
  const {l, r, t, b} = {...layout.template?.layout?.margin, ...layout.margin};
  const w = width - l - r, h = height - t - b;
  const [x0, x1] = el.__ranges?.x ?? layout.xaxis.range, [y0, y1] = el.__ranges?.y ?? layout.yaxis.range;
  const at = (x, y) => [l + (x - x0) / (x1 - x0) * w, t + (y1 - y) / (y1 - y0) * h];
  for (const one of el.parentElement.querySelectorAll('.w2v-sketch')) one.remove();
  const canvas = document.createElement('canvas'), svg = document.createElementNS(SVG, 'svg');
  canvas.setAttribute('class', 'w2v-sketch');
  svg.setAttribute('class', 'w2v-sketch w2v-labels');
  [canvas.width, canvas.height] = [width, height];
  svg.style.cssText = `width:${width}px;height:${height}px`;
  const pen = canvas.getContext('2d');
  pen.beginPath();
  pen.rect(l, t, w, h);
  pen.clip();
  pen.globalAlpha = marker.opacity ?? 1;
  const scale = marker.colorscale, shade = (i) => {
    if (typeof marker.color === 'string') return marker.color;
    if (!scale) return marker.color?.[i] ?? '#8A94A6';
    const share = (marker.color[i] - marker.cmin) / (marker.cmax - marker.cmin);
    return scale.findLast(([from]) => from <= share)?.[1] ?? scale[0][1];
  };
  for (let i = points.x.length - 1; i >= 0; i--) {
    const size = marker.size?.[i] ?? marker.size ?? 6, [x, y] = at(points.x[i], points.y[i]);
    pen.fillStyle = shade(i);
    pen.beginPath();
    pen.arc(x, y, size / 2, 0, 7);
    pen.fill();
  }
  el.before(canvas, svg);
  const {rings = 0, lines = false} = layout.meta.map ?? {};
  el.__sketch = {layout, data: traces, svg, view: {box: [l, t, l + w, t + h], at}};
  if (rings) el.__marks = {cloud: points, marks: layout.meta.labels.first.slice(0, rings), lines};
  placeLabels(el);
  el.__sketch = el.__marks = null;
  el.__labels = [];
  el.dataset.sketched = String(Math.round(performance.now())); // when; benchmarks read it
}

// Answers that need no server: a clicked word, its nearest on the map, their bars in another plot.

const plots = (globalThis.__w2vPlots ??= new Map()), views = (globalThis.__w2vViews ??= new Map());
const MARKS = ['selected and nearest', 'lines to the nearest'];

/** The marks of the word before, as Plotly drew them. */
const hidden = (el) => [...el.querySelectorAll('.scatterlayer .trace')]
  .filter((group) => MARKS.includes(group.__data__?.[0]?.trace?.name));

function tell(el, title) {
  const line = el.parentElement.querySelector('.w2v-title');
  line.hidden = !title;
  if (!title) return;
  const word = document.createElement('b');
  word.textContent = title[1];
  line.replaceChildren(title[0], word, title[2]);
}

function answer(el, row) {
  const kept = el.__answers && parts.slots.get('nearest');
  if (!kept || kept.key !== el.__answers[0] || el.__frames) return;
  const table = kept.value ??= JSON.parse(kept.text, (_, value) => (value?.bdata === undefined ? value : unpack(value)));
  const cloud = cloudsOf(el)?.[0], n = table.near.length / table.k;
  if (!cloud) return;
  const word = row % n, near = [...table.near.subarray(word * table.k, (word + 1) * table.k)];
  const at = cloud.x.length === n ? (i) => i : ((places) => (i) => places.get(i))(
    new Map(Array.from(cloud.customdata, (own, i) => [own[0], i])));
  const marks = [word, ...near].map(at).filter((i) => i !== undefined);
  if (marks[0] === undefined || at(word) === undefined) return;
  const {labels, map} = el.layout.meta;
  el.__marks = {cloud, marks, lines: map.lines};
  el.layout.meta = {...el.layout.meta, map: {...map, rings: marks.length},
    labels: {...labels, first: [...new Set([...marks, ...(labels.first ?? []).slice(map.rings)])]}};
  for (const group of hidden(el)) group.style.visibility = 'hidden';
  placeLabels(el);
  el.dataset.drawn = String(Number(el.dataset.drawn) + 1);
  const bars = plots.get(el.__answers[1]);
  if (!bars?.isConnected || !bars._fullLayout || at(near[0]) === undefined) return;
  const places = near.map(at);
  if (places.includes(undefined)) return;
  const values = [...table.cosines.subarray(word * table.k, (word + 1) * table.k)].map((v) => v / table.steps);
  const names = places.map((i) => cloud.text[i]);
  const cut = (text) => { const all = [...seen(text)]; return escaped(all.length > 18 ? `${all.slice(0, 17).join('')}…` : all.join('')); };
  globalThis.Plotly.update(bars, {x: [values], text: [values.map((v) => v.toFixed(2))], hovertext: [names],
    customdata: [near.map((i) => [i])]}, {'yaxis.ticktext': names.map(cut), 'xaxis.range': values.some((v) => v < 0) ? [-1.25, 1.25] : [0, 1]}, [0]);
  const count = cloud.customdata[at(word)][1];
  const stands = count === 1 ? 'once' : `${count.toLocaleString('en')} times`;
  const counted = el.data[el.layout.meta.labels.points].hovertemplate.includes('customdata[1]'); // by somebody
  tell(bars, ['Nearest to ', seen(cloud.text[at(word)]), counted ? `, which stands ${stands} in the text` : '']);
  bars.dataset.drawn = String(Number(bars.dataset.drawn) + 1);
}

/** The clicked word and its nearest, until the page draws them. */
function drawMarks(el, view) {
  const svg = layer(el);
  svg?.querySelector('.w2v-marks')?.remove();
  if (!el.__marks || !svg || !view) return;
  const {cloud, marks, lines} = el.__marks, group = document.createElementNS(SVG, 'g');
  group.setAttribute('class', 'w2v-marks');
  const [[x0, y0], ...near] = marks.map((k) => view.at(cloud.x[k], cloud.y[k], cloud.z?.[k]));
  const add = (name, attributes) => {
    const one = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
    group.append(one);
  };
  if (lines) for (const [x, y] of near) add('line', {x1: x0, y1: y0, x2: x, y2: y});
  for (const [x, y] of near) add('path', {d: `M${x} ${y - 6}l6 6l-6 6l-6-6z`});
  add('circle', {cx: x0, cy: y0, r: 7.5});
  svg.prepend(group);
}

// The view a person chose: ranges or camera, kept in the page and in the address.

const round = (v) => Number(Number(v).toPrecision(5));

function addressOf(el) {
  if (el.__camera) {
    const {eye, center, up} = el.__camera;
    return [eye, center, up].flatMap((p) => [p.x, p.y, p.z]).map(round).join('_');
  }
  return el.__ranges ? [...el.__ranges.x, ...el.__ranges.y].map(round).join('_') : null;
}

function keepInAddress(el) {
  if (!el.__address) return;
  const url = new URL(location.href), at = addressOf(el);
  if (at === null) url.searchParams.delete(el.__address);
  else url.searchParams.set(el.__address, at);
  if (url.href !== location.href) history.replaceState(history.state, '', url);
}

/** Streamlit writes the address anew from what its server knows, which is not the zoom: put it back. */
function watchAddress(el) {
  if (!el.__address || el.__watch) return;
  const path = location.pathname;
  el.__watch = setInterval(() => {
    if (el.isConnected && location.pathname === path) keepInAddress(el);
    else { clearInterval(el.__watch); el.__watch = null; }
  }, 400);
}

function fromAddress(el, inSpace) {
  const text = el.__address && new URL(location.href).searchParams.get(el.__address);
  const v = text ? text.split('_').map(Number) : [];
  if (!v.length || !v.every(Number.isFinite)) return;
  const point = (i) => ({x: v[i], y: v[i + 1], z: v[i + 2]});
  if (inSpace && v.length === 9) el.__camera = {eye: point(0), center: point(3), up: point(6)};
  if (!inSpace && v.length === 4 && v[0] !== v[1] && v[2] !== v[3]) el.__ranges = {x: v.slice(0, 2), y: v.slice(2)};
}

// Taking it away.

function packed(value) {
  // Typed arrays as Plotly reads them from JSON.
  const kind = Object.entries(KINDS).find(([, type]) => value instanceof type)?.[0];
  if (kind) {
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    let text = '';
    for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
    return {dtype: kind, bdata: btoa(text)};
  }
  if (Array.isArray(value)) return value.map((v) => (ArrayBuffer.isView(v) ? Array.from(v) : packed(v)));
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, v]) => [name, packed(v)]));
  }
  return value;
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The figure as it is seen now, labels and all. */
function asSeen(el) {
  const get = style(el), full = el._fullLayout, spec = el.layout.meta?.labels;
  const layout = {...el.layout, paper_bgcolor: get('--st-background-color', '#fff'), uirevision: 0};
  delete layout.width; delete layout.height;
  layout.font = {...layout.font, family: 'Arial, Helvetica, sans-serif'}; // the page's own stays behind
  let data = el.data.map((trace) => ({...trace}));
  // Vectors instead of pixels, and labels above points, while they are not too many.
  for (const trace of data) if (trace.type === 'scattergl' && trace.x.length <= MOST_SVG) trace.type = 'scatter';
  const labels = el.__labels ?? [];
  if (full.scene) {
    layout.scene = {...layout.scene, camera: el._fullLayout.scene._scene.getCamera(), annotations: labels.map((one) => ({
      x: one.cloud.x[one.k], y: one.cloud.y[one.k], z: one.cloud.z[one.k], text: escaped(one.text), showarrow: false,
      xanchor: {start: 'left', end: 'right', middle: 'center'}[one.anchor], xshift: one.dx, yanchor: 'bottom',
      yshift: -one.dy, font: {size: one.size}}))};
  } else if (full.xaxis) {
    layout.xaxis = {...layout.xaxis, range: [...full.xaxis.range], autorange: false};
    layout.yaxis = {...layout.yaxis, range: [...full.yaxis.range], autorange: false};
    if (spec) {
      data[spec.trace] = {...data[spec.trace], x: labels.map((one) => one.cloud.x[one.k]),
        y: labels.map((one) => one.cloud.y[one.k]), text: labels.map((one) => escaped(one.text)),
        textposition: labels.map((one) => one.position), visible: true, cliponaxis: false,
        textfont: {...data[spec.trace].textfont, size: labels.map((one) => one.size)}};
    }
  }
  return {data, layout};
}

async function image(el, name, format) {
  const P = await plotly(), box = el.getBoundingClientRect(), figure = asSeen(el);
  const height = el.querySelector('.svg-container').getBoundingClientRect().height;
  await P.downloadImage({...figure, config: {plotGlPixelRatio: 2}},
    {format, filename: name, width: Math.round(box.width), height: Math.round(height), scale: format === 'png' ? 2 : 1});
}

async function page(el, name) {
  const source = await (await fetch(new URL('app/static/plotly.min.js', document.baseURI))).text();
  const {data, layout} = asSeen(el);
  const json = (value) => JSON.stringify(packed(value)).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028');
  const html = ['<!doctype html><html><head><meta charset="utf-8"><title>', escaped(name),
    '</title><style>html,body{margin:0;height:100%}#plot{height:100%}</style></head><body><div id="plot"></div><script>',
    source, '</scr', 'ipt><script>Plotly.newPlot("plot",', json(data), ',', json(layout),
    ',{responsive:true,scrollZoom:true,displaylogo:false})</scr', 'ipt></body></html>'];
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(html, {type: 'text/html'}));
  link.download = `${name}.html`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

// Passes of a training: a slider, and play.

function between(a, b, t) {
  return t <= 0 ? a : t >= 1 ? b : a.map((v, i) => v + t * (b[i] - v));
}

/** The traces with the points where they lay at a moment, 2.5 being half way from frame 2 to 3. */
function atMoment(el, moment) {
  if (el.__frames[0].data.length > 1) return filmMoment(el, moment); // else all that names a row follows it
  const k = Math.min(Math.floor(moment), el.__frames.length - 1), t = moment - k;
  const a = el.__frames[k].data[0], b = el.__frames[Math.min(k + 1, el.__frames.length - 1)].data[0];
  const places = {};
  for (const axis of ['x', 'y', 'z']) if (a[axis]) places[axis] = between(a[axis], b[axis], t);
  const at = new Map(Array.from(el.__traces[0].customdata, (own, i) => [own[0], i]));
  return el.__traces.map((trace, i) => {
    if (i === 0) return {...trace, ...places};
    if (!trace.customdata) return trace;
    const rows = Array.from(trace.customdata, (own) => at.get(own[0]));
    const moved = Object.keys(places).map((axis) => [axis, rows.map((j) => (j === undefined ? null : places[axis][j]))]);
    return {...trace, ...Object.fromEntries(moved)};
  });
}

async function showMoment(el, moment, rest) {
  el.__moment = moment;
  const frame = el.__frames[Math.round(moment)];
  el.__bar.range.value = moment;
  el.__bar.when.textContent = `after pass ${frame.name}`;
  const traces = atMoment(el, moment);
  await globalThis.Plotly.react(el, traces, filmLayout(el, traces));
  if (rest) { placeLabels(el); await placeCallouts(el); }
  else {
    // The same labels, at their points' new places.
    const clouds = cloudsOf(el);
    for (const label of el.__labels ?? []) label.cloud = clouds[0];
    moveLabels(el);
  }
}

async function play(el) {
  const bar = el.__bar;
  if (el.__playing) { el.__playing = false; return; }
  el.__playing = true;
  bar.button.textContent = '❚❚';
  bar.button.setAttribute('aria-label', 'Pause');
  const last = el.__frames.length - 1, from = el.__moment >= last ? 0 : el.__moment;
  const each = Math.max(120, Math.min(600, 8000 / last)), begin = performance.now();
  let moment = from;
  while (el.__playing && el.isConnected && moment < last) {
    moment = Math.min(last, from + (performance.now() - begin) / each);
    await showMoment(el, moment, false);
    await new Promise((next) => setTimeout(next, 15));
  }
  el.__playing = false;
  bar.button.textContent = '▶';
  bar.button.setAttribute('aria-label', 'Play');
  await settle(el);
}

async function settle(el) {
  await showMoment(el, Math.round(el.__moment), true);
  el.__emit('pass', {pass: Number(el.__frames[el.__moment].name)});
}

function timeBar(el, frames) {
  let bar = el.parentElement.querySelector(':scope > .w2v-time');
  if (!frames?.length) { bar?.remove(); el.__bar = el.__frames = null; return 0; }
  if (!bar) {
    bar = document.createElement('div');
    bar.className = 'w2v-time';
    const button = document.createElement('button'), range = document.createElement('input'), when = document.createElement('span');
    button.textContent = '▶';
    button.setAttribute('aria-label', 'Play');
    Object.assign(range, {type: 'range', min: 0, step: 1});
    range.setAttribute('aria-label', 'Pass of the training');
    bar.append(button, range, when);
    el.after(bar);
    el.__bar = {button, range, when};
    button.onclick = () => play(el);
    range.oninput = () => {
      el.__playing = false;
      if (el.__sliding) { el.__next = Number(range.value); return; }
      el.__sliding = (async () => {
        el.__next = Number(range.value);
        while (el.__next !== null) {
          const moment = el.__next;
          el.__next = null;
          await showMoment(el, moment, el.__next === null);
        }
        el.__sliding = null;
      })();
    };
    range.onchange = async () => { await el.__sliding; await settle(el); };
  }
  el.__frames = frames;
  el.__bar.range.step = 'any';
  el.__bar.range.max = frames.length - 1;
  return 36;
}

// Drawing.

let turn = Promise.resolve();

/** Waits until the plots before this one are drawn and shown; ``el.__release`` lets the next one begin. */
async function inTurn(el) {
  const before = turn;
  let done;
  turn = new Promise((ok) => { done = ok; });
  await before;
  el.__release = () => setTimeout(done);
  setTimeout(done, 1000); // whatever holds this one up, the others go on
}

async function draw(el, data, mine) {
  const raw = JSON.parse(forTheme(data, el));
  const wanted = () => el.__asked === mine;
  const slots = await Promise.all(Object.entries(data.parts).map(([slot, key]) => part(slot, key, wanted)));
  if (!wanted()) return; // a newer figure has come meanwhile
  const arrays = Object.fromEntries(slots.map((value, i) => [Object.keys(data.parts)[i].slice(data.key.length + 1), value]));
  const traces = raw.data.map((trace) => whole(trace, arrays));
  const frames = (raw.frames ?? []).map((frame) => ({name: frame.name, data: frame.data.map((one) => whole(one, arrays)),
    traces: frame.traces}));
  const layout = raw.layout, inSpace = Boolean(layout.scene && traces.some((trace) => trace.type?.endsWith('3d')));
  const isMap = Boolean(layout.meta?.labels), isNew = !el._fullLayout;
  el.__address = data.address;
  let full = el._fullLayout;
  if (el.__viewOf !== data.view) {
    el.__ranges = el.__camera = el.__focus = null;
    el.__moment = full = undefined; // its axes were others
    // The page may have made this element anew: what the address holds was then of another view.
    const before = el.__viewOf ?? views.get(data.key);
    if (el.__viewOf === undefined && (before ?? data.view) === data.view) fromAddress(el, inSpace);
    else keepInAddress(el);
    el.__viewOf = data.view;
    views.set(data.key, data.view);
  }
  if (!inSpace && data.focus && el.__focus !== data.focus.key && !(isNew && el.__ranges)) {
    // Center the word; keep how far a person zoomed in, but come at least this close.
    const width = (axis) => (axis?.range ? Math.abs(axis.range[1] - axis.range[0]) : Infinity);
    const [wx, wy] = [width(full?.xaxis), width(full?.yaxis)].map((w, i) => Math.min(w, data.focus.span[i]));
    el.__ranges = {x: [data.focus.x - wx / 2, data.focus.x + wx / 2], y: [data.focus.y - wy / 2, data.focus.y + wy / 2]};
  }
  if (!globalThis.Plotly && isMap && !frames.length) {
    sketch(el, data, layout, traces);
    await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted, 0)));
  }
  tell(el, data.title);
  const P = await plotly();
  await inTurn(el);
  if (!wanted()) return;
  el.__answers = data.answers;
  if (isMap) traces[layout.meta.labels.trace].visible = false; // the layer of labels stands for it
  dress(el, layout, traces);
  el.__focus = data.focus?.key;
  layout.uirevision = `${data.view} ${inSpace}`; // keeps the chosen tool
  layout.selectionrevision = ++draw.count;
  for (const axis of ['xaxis', 'yaxis']) layout[axis] = {...layout[axis], uirevision: draw.count};
  if (el.__ranges && !inSpace) {
    layout.xaxis = {...layout.xaxis, range: [...el.__ranges.x], autorange: false};
    layout.yaxis = {...layout.yaxis, range: [...el.__ranges.y], autorange: false};
  }
  if (inSpace && el.__camera) layout.scene.camera = el.__camera;
  if (inSpace) layout.scene.uirevision = draw.count;
  const bar = timeBar(el, frames);
  el.style.height = `${data.height - bar}px`;
  el.__traces = traces;
  if (bar) {
    const wanted = frames.findIndex((frame) => Number(frame.name) === data.pass);
    el.__moment ??= wanted >= 0 ? wanted : frames.length - 1;
    el.__moment = Math.min(Math.round(el.__moment), frames.length - 1);
    el.__bar.range.value = el.__moment;
    el.__bar.when.textContent = `after pass ${frames[el.__moment].name}`;
  }
  el.__name = data.name || 'plot';
  const changed = el.__select !== data.select || el.__isMap !== isMap || !el.__config;
  if (changed) {
    // The same object each time: Plotly begins all over where it finds another.
    Object.assign(el, {__select: data.select, __isMap: isMap, __config: configure(P, el, data.select, isMap)});
  }
  const named = layout.meta?.callouts;
  if (named && !inSpace && !layout.meta.film) { // drawn once, where they will stand
    layout.annotations = layout.annotations.map((note, i) => (i < named.first || i >= named.first + named.gaps.length
      ? note : {...note, visible: false}));
  }
  el.__drawing = true;
  try {
    await P.react(el, bar ? atMoment(el, el.__moment) : traces, layout, el.__config);
  } finally { el.__drawing = false; }
  el.__marks = null;
  for (const group of hidden(el)) group.style.visibility = '';
  for (const one of el.parentElement.querySelectorAll('.w2v-sketch')) one.remove();
  wire(el);
  await placeCallouts(el);
  keepInAddress(el);
  watchAddress(el);
  if (isMap && !inSpace) placeLabels(el);
  if (isMap && document.fonts.status !== 'loaded') {
    // What was measured in another font has another width.
    document.fonts.ready.then(() => { widths.clear(); soon(el, 0); });
  }
  if (isMap && inSpace) { soon(el, 60); watchCamera(el); }
  if (!isMap) layer(el)?.replaceChildren();
  el.dataset.drawn = String(Number(el.dataset.drawn ?? 0) + 1); // how often; tests wait for it
}
draw.count = 0;
const PAGE = {width: 24, height: 24, path: 'M9.4 16.6 4.8 12l4.6-4.6L8 6l-6 6 6 6 1.4-1.4zm5.2 0 4.6-4.6-4.6-4.6L16 6l6 6-6 6-1.4-1.4z'};

function configure(P, el, select, isMap) {
  return {
    responsive: true, scrollZoom: isMap, displaylogo: false, displayModeBar: isMap || 'hover',
    // Plotly doubles the pixels of WebGL, which takes four times as long where no GPU draws them.
    plotGlPixelRatio: Math.max(1, globalThis.devicePixelRatio || 1),
    showSendToCloud: false, // what a person trains on stays here
    modeBarButtonsToRemove: ['autoScale2d', 'toImage', ...(select ? [] : ['select2d', 'lasso2d']),
      'tableRotation', 'resetCameraLastSave3d', 'hoverClosest3d'],
    modeBarButtonsToAdd: [
      {name: 'png', title: 'Download as PNG', icon: P.Icons.camera, click: () => image(el, el.__name, 'png')},
      {name: 'svg', title: 'Download as SVG', icon: P.Icons.disk, click: () => image(el, el.__name, 'svg')},
      {name: 'html', title: 'Download as a page of its own (HTML)', icon: PAGE, click: () => page(el, el.__name)},
    ],
  };
}

/** The page gives the plot another width, as when its sidebar closes: Plotly looks at the window's alone. */
async function fit(el) {
  if (!el.isConnected || el.__drawing || !el._fullLayout) return;
  if (Math.abs(el.clientWidth - el._fullLayout.width) < 2 || !el.clientWidth) return;
  await globalThis.Plotly.Plots.resize(el);
  if (el.layout?.meta?.labels) placeLabels(el);
}

function wire(el) {
  if (el.__wired) return;
  el.__wired = true;
  const row = (point) => {
    const own = point.customdata;
    return own === undefined ? point.pointNumber : Number(own[0] ?? own);
  };
  el.on('plotly_click', (event) => {
    const add = Boolean(event.event?.shiftKey), clicked = row(event.points[0]);
    el.__emit('click', {row: clicked, add});
    if (!add) answer(el, clicked);
  });
  el.on('plotly_selected', (event) => {
    // Plotly also tells when a new figure takes the drawn box away.
    if (el.__drawing || !event?.points?.length) return;
    el.__emit('select', {rows: [...new Set(event.points.map(row))]});
  });
  el.on('plotly_relayouting', (change) => {
    if (el._fullLayout.scene) return;
    const full = el._fullLayout, range = (axis) => change[`${axis}.range`] ??
      (change[`${axis}.range[0]`] === undefined ? full[axis].range : [change[`${axis}.range[0]`], change[`${axis}.range[1]`]]);
    moveLabels(el, {x: range('xaxis'), y: range('yaxis')});
  });
  new ResizeObserver(() => {
    calloutsSoon(el);
    clearTimeout(el.__resized);
    el.__resized = setTimeout(() => fit(el), 60);
  }).observe(el);
  el.on('plotly_relayout', (change) => {
    const keys = Object.keys(change);
    if (keys.includes('annotations')) return; // our own
    calloutsSoon(el);
    if (keys.some((k) => k.startsWith('scene.camera') || k === 'scene.aspectratio')) {
      el.__camera = el._fullLayout.scene._scene?.getCamera() ?? null;
      keepInAddress(el);
      return;
    }
    if (keys.some((k) => k.includes('autorange'))) el.__ranges = null;
    else if (keys.some((k) => k.startsWith('xaxis.range') || k.startsWith('yaxis.range'))) {
      el.__ranges = {x: [...el._fullLayout.xaxis.range], y: [...el._fullLayout.yaxis.range]};
    }
    if (keys.length && !keys.every((k) => k.startsWith('dragmode'))) {
      keepInAddress(el);
      if (el._fullLayout.xaxis) { moveLabels(el); soon(el, 40); }
    }
  });
}

// On its way before the first figure is here, but not run: that takes a second.
if (!globalThis.__w2vPlotly) {
  const ahead = document.createElement('link');
  Object.assign(ahead, {rel: 'preload', as: 'script', href: new URL('app/static/plotly.min.js', document.baseURI)});
  document.head.append(ahead);
}

export default function ({data, parentElement, setTriggerValue}) {
  const el = parentElement.querySelector('.w2v-plot');
  el.style.height ||= `${data.height}px`;
  el.__emit = setTriggerValue;
  plots.set(data.key, el);
  const mine = (el.__asked = {});
  wakeAll(); // one that waits for a part of its figure sees that it is out of date
  // One drawing after the other; those that are out of date are passed over.
  el.__chain = (el.__chain ?? Promise.resolve()).then(() => (el.__asked === mine ? draw(el, data, mine) : null))
    .catch((error) => console.error(error))
    .finally(() => el.__release?.());
  return () => { if (!el.isConnected) globalThis.Plotly?.purge(el); };
}
