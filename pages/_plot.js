// The one interactive plot. Plotly.react redraws in place, so zoom and hover survive an update; the
// view (axis ranges) is kept here, because a new figure would reset it. Labels are placed anew for
// the real size and zoom, most frequent first, none over another.

const plotly = () => (globalThis.__w2vPlotly ??= new Promise((ok, fail) => {
  const script = document.createElement('script');
  script.onload = () => ok(globalThis.Plotly);
  script.onerror = () => fail(new Error('plotly.min.js could not be loaded'));
  script.src = new URL('app/static/plotly.min.js', document.baseURI);
  document.head.append(script);
}));

const FONT = 12, MOST_LABELS = 150, MOST_TRIED = 20000;
const ruler = document.createElement('canvas').getContext('2d');
// Words come escaped for Plotly, which reads markup: measured as they are seen.
const seen = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

function placeLabels(el) {
  const spec = el.layout?.meta?.labels, full = el._fullLayout;
  if (!spec || !full?.xaxis?._length) return;
  const points = el._fullData[spec.points], source = el.data[spec.points];
  const xs = points.x, ys = points.y, words = source.text;
  const ax = full.xaxis, ay = full.yaxis;
  const first = spec.first ?? [], priority = new Set(first);
  const boxes = [], chosen = [], tried = new Set();
  const free = (box) => box[0] >= 0 && box[1] >= 0 && box[2] <= ax._length && box[3] <= ay._length &&
    !boxes.some((b) => b[0] < box[2] && b[2] > box[0] && b[1] < box[3] && b[3] > box[1]);
  const tryWord = (i) => {
    if (tried.has(i)) return;
    tried.add(i);
    const x = ax.d2p(xs[i]), y = ay.d2p(ys[i]);
    if (!(x >= 0 && x <= ax._length && y >= 0 && y <= ay._length)) return;
    const size = i === first[0] ? FONT + 4 : priority.has(i) ? FONT + 1 : FONT;
    ruler.font = `${size}px ${full.font.family}`;
    // Plotly sets a text off its point by the radius of an unseen marker / 0.8 + 1.
    const dot = i === first[0] ? 15 : priority.has(i) ? 9 : 5, away = dot / 1.6 + 1;
    const w = ruler.measureText(seen(words[i])).width + 4;
    // Its baselines above, below and beside; a line reaches about 1 above and a third below it.
    const [above, below, beside] = [-away - size / 4, away + 0.75 * size, size / 4];
    const box = (left, baseline) => [left, y + baseline - size, left + w, y + baseline + size / 3];
    const places = [
      ['top center', box(x - w / 2, above)], ['bottom center', box(x - w / 2, below)],
      ['middle right', box(x + away, beside)], ['middle left', box(x - away - w, beside)],
    ];
    const found = places.find(([, box]) => free(box)) ?? (i === first[0] ? places[0] : null);
    if (!found) return;
    boxes.push(found[1]);
    chosen.push({i, size, dot, position: found[0]});
  };
  first.forEach(tryWord);
  for (let i = 0; i < Math.min(words.length, MOST_TRIED) && chosen.length < MOST_LABELS; i++) tryWord(i);
  return globalThis.Plotly.restyle(el, {
    x: [chosen.map(({i}) => xs[i])], y: [chosen.map(({i}) => ys[i])],
    text: [chosen.map(({i}) => words[i])], textposition: [chosen.map(({position}) => position)],
    'textfont.size': [chosen.map(({size}) => size)], 'marker.size': [chosen.map(({dot}) => dot)],
  }, [spec.trace]);
}

const style = (el) => (name, other) => getComputedStyle(el).getPropertyValue(name).trim() || other;

function forTheme(data, el) {
  // Dark ground asks for the lighter one of two colours.
  ruler.fillStyle = style(el)('--st-background-color', '#ffffff');
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(ruler.fillStyle.slice(i, i + 2), 16));
  if (r + g + b > 384) return data.figure;
  return Object.entries(data.on_dark).reduce((text, [from, to]) => text.replaceAll(from, to), data.figure);
}

function dress(el, {data, layout}) {
  // The page's own colours, so that a figure follows the theme.
  const get = style(el), ground = get('--st-background-color', '#fff');
  const labels = layout.meta?.labels && data[layout.meta.labels.trace];
  if (labels) labels.textfont.shadow = ['1px 0', '-1px 0', '0 1px', '0 -1px'].map((at) => `${at} 2px ${ground}`).join();
  layout.font = {...layout.font, color: get('--st-text-color', '#555'), family: get('--st-font', 'sans-serif')};
  layout.hoverlabel = {...layout.hoverlabel, bgcolor: get('--st-secondary-background-color', '#fff'),
    bordercolor: get('--st-primary-color', '#888'), font: {size: 14, color: get('--st-text-color', '#333')}};
  layout.modebar = {bgcolor: 'rgba(0,0,0,0)', color: '#8A94A6', activecolor: get('--st-primary-color', '#444')};
}

export default async function ({data, parentElement, setTriggerValue}) {
  const P = await plotly();
  const el = parentElement.querySelector('.w2v-plot');
  el.style.height = `${data.height}px`;
  const figure = JSON.parse(forTheme(data, el)), layout = figure.layout;
  dress(el, figure);
  if (el.__viewOf !== data.view) { el.__viewOf = data.view; el.__ranges = null; }
  if (data.focus && el.__focus !== data.focus.key && el._fullLayout?.xaxis) {
    // Center the word; keep how far a person zoomed in, but come at least this close.
    const width = (axis) => Math.abs(axis.range[1] - axis.range[0]);
    const [ax, ay] = [el._fullLayout.xaxis, el._fullLayout.yaxis];
    const wx = Math.min(width(ax), data.focus.span[0]), wy = Math.min(width(ay), data.focus.span[1]);
    el.__ranges = {x: [data.focus.x - wx / 2, data.focus.x + wx / 2],
      y: [data.focus.y - wy / 2, data.focus.y + wy / 2]};
  } else if (data.focus && !el._fullLayout) {
    el.__ranges = {x: [data.focus.x - data.focus.span[0] / 2, data.focus.x + data.focus.span[0] / 2],
      y: [data.focus.y - data.focus.span[1] / 2, data.focus.y + data.focus.span[1] / 2]};
  }
  el.__focus = data.focus?.key;
  if (el.__ranges) {
    layout.xaxis = {...layout.xaxis, range: [...el.__ranges.x], autorange: false};
    layout.yaxis = {...layout.yaxis, range: [...el.__ranges.y], autorange: false};
  }
  const name = data.name || 'plot';
  await P.react(el, figure.data, layout, {
    responsive: true, scrollZoom: Boolean(layout.meta?.labels), displaylogo: false,
    showSendToCloud: false, // what a person trains on stays here
    modeBarButtonsToRemove: ['select2d', 'lasso2d', 'autoScale2d'],
    modeBarButtonsToAdd: [{name: 'svg', title: 'Download as SVG', icon: P.Icons.disk,
      click: (gd) => P.downloadImage(gd, {format: 'svg', filename: name})}],
    toImageButtonOptions: {format: 'png', filename: name, scale: 2},
  });
  await placeLabels(el);
  el.__emit = setTriggerValue;
  if (!el.__wired) {
    el.__wired = true;
    el.on('plotly_click', (event) => {
      const point = event.points[0], own = point.customdata;
      el.__emit('click', {row: own === undefined ? point.pointNumber : Number(own[0] ?? own)});
    });
    el.on('plotly_relayout', (change) => {
      const keys = Object.keys(change);
      if (keys.some((k) => k.includes('autorange'))) el.__ranges = null;
      else if (keys.some((k) => k.startsWith('xaxis.range') || k.startsWith('yaxis.range'))) {
        el.__ranges = {x: [...el._fullLayout.xaxis.range], y: [...el._fullLayout.yaxis.range]};
      }
      if (keys.length && !keys.every((k) => k.startsWith('dragmode'))) placeLabels(el);
    });
  }
  el.dataset.drawn = String(Number(el.dataset.drawn ?? 0) + 1); // how often; tests wait for it
  return () => { if (!el.isConnected) P.purge(el); };
}
