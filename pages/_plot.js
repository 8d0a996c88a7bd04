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
  ruler.font = `${FONT}px ${full.font.family}`;
  const boxes = [], chosen = [], taken = new Set();
  const tryWord = (i) => {
    if (taken.has(i)) return;
    taken.add(i);
    const px = ax.d2p(xs[i]), py = ay.d2p(ys[i]);
    if (!(px >= 0 && px <= ax._length && py >= 0 && py <= ay._length)) return;
    const half = ruler.measureText(seen(words[i])).width / 2 + 3;
    const box = [px - half, py - FONT - 10, px + half, py - 2];
    if (boxes.some((b) => b[0] < box[2] && b[2] > box[0] && b[1] < box[3] && b[3] > box[1])) return;
    boxes.push(box);
    chosen.push(i);
  };
  (spec.first ?? []).forEach(tryWord);
  for (let i = 0; i < Math.min(words.length, MOST_TRIED) && chosen.length < MOST_LABELS; i++) tryWord(i);
  const key = chosen.join();
  if (el.__labels?.key === key && el.__labels.xs === xs) return;
  el.__labels = {key, xs};
  return globalThis.Plotly.restyle(el, {
    x: [chosen.map((i) => xs[i])], y: [chosen.map((i) => ys[i])], text: [chosen.map((i) => words[i])],
  }, [spec.trace]);
}

function dress(el, layout) {
  // The page's own colours, so that a figure follows the theme.
  const css = getComputedStyle(el), get = (name) => css.getPropertyValue(name).trim();
  layout.font = {...layout.font, color: get('--st-text-color') || '#555', family: get('--st-font') || 'sans-serif'};
  layout.hoverlabel = {...layout.hoverlabel, bgcolor: get('--st-secondary-background-color') || '#fff',
    bordercolor: get('--st-primary-color') || '#888', font: {size: 14, color: get('--st-text-color') || '#333'}};
  layout.modebar = {bgcolor: 'rgba(0,0,0,0)', color: '#8A94A6', activecolor: get('--st-primary-color') || '#444'};
}

export default async function ({data, parentElement, setTriggerValue}) {
  const P = await plotly();
  const el = parentElement.querySelector('.w2v-plot');
  el.style.height = `${data.height}px`;
  const figure = JSON.parse(data.figure), layout = figure.layout;
  dress(el, layout);
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
    modeBarButtonsToRemove: ['select2d', 'lasso2d', 'autoScale2d'],
    modeBarButtonsToAdd: [{name: 'svg', title: 'Download as SVG', icon: P.Icons.disk,
      click: (gd) => P.downloadImage(gd, {format: 'svg', filename: name})}],
    toImageButtonOptions: {format: 'png', filename: name, scale: 2},
  });
  el.__labels = null;
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
