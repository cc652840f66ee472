// A line chart as SVG: grid, axes, one or more series, a read-out under the pointer.
import { h, number } from './dom.js';

const W = 560, H = 210, LEFT = 52, RIGHT = 12, TOP = 12, BOTTOM = 26;

/** @param {{name: string, steps: number[], values: (number|null)[]}[]} series */
export function chart(title, series) {
  const points = series.flatMap((s) => s.values.map((v, i) => [s.steps[i], v])).filter(([, v]) => v !== null);
  if (points.length === 0) return h('figure', { class: 'chart' }, h('figcaption', {}, title), h('p', { class: 'empty' }, 'no values yet'));
  const [x0, x1] = span(points.map(([x]) => x));
  const [y0, y1] = padded(span(points.map(([, y]) => y)));
  const x = (step) => LEFT + ((step - x0) / (x1 - x0 || 1)) * (W - LEFT - RIGHT);
  const y = (value) => H - BOTTOM - ((value - y0) / (y1 - y0 || 1)) * (H - TOP - BOTTOM);
  const last = series.map((s) => `${s.name} ${number(s.values.findLast((v) => v !== null) ?? null)}`).join(', ');
  const svg = h('svg', { viewBox: `0 0 ${W} ${H}`, role: 'img', 'aria-label': `${title} by step; last: ${last}` },
    ...ticks(y0, y1, 4).map((v) => h('g', {},
      h('line', { x1: LEFT, x2: W - RIGHT, y1: y(v), y2: y(v), class: 'rule' }),
      h('text', { svg: true, x: LEFT - 6, y: y(v) + 4, 'text-anchor': 'end' }, number(v)))),
    ...ticks(x0, x1, 5).filter(Number.isInteger).map((v) => h('text', { svg: true, x: x(v), y: H - 8, 'text-anchor': 'middle' }, number(v))),
    ...series.flatMap((s, i) => segments(s).map((part) =>
      part.length === 1
        ? h('circle', { cx: x(part[0][0]), cy: y(part[0][1]), r: 2.5, class: `dot s${i}` })
        : h('polyline', { points: part.map(([a, b]) => `${x(a).toFixed(1)},${y(b).toFixed(1)}`).join(' '), class: `line s${i}` }))),
  );
  const readout = h('output', { class: 'readout' });
  const read = (at) => readout.replaceChildren(
    at === null ? '' : `step ${number(at)}: `,
    ...series.map((s, i) => h('span', { class: `key s${i}` }, `${s.name} ${number(at === null ? s.values.findLast((v) => v !== null) ?? null : s.values[s.steps.indexOf(nearest(s.steps, at))])}`)));
  read(null);
  const cursor = h('line', { y1: TOP, y2: H - BOTTOM, class: 'cursor', visibility: 'hidden' });
  svg.append(cursor);
  svg.addEventListener('pointermove', (event) => {
    const box = svg.getBoundingClientRect();
    const step = x0 + (((event.clientX - box.left) / box.width) * W - LEFT) / (W - LEFT - RIGHT) * (x1 - x0);
    const at = nearest(series[0].steps, step);
    cursor.setAttribute('x1', x(at)); cursor.setAttribute('x2', x(at)); cursor.setAttribute('visibility', 'visible');
    read(at);
  });
  svg.addEventListener('pointerleave', () => { cursor.setAttribute('visibility', 'hidden'); read(null); });
  return h('figure', { class: 'chart' }, h('figcaption', {}, h('strong', {}, title), readout), svg);
}

const span = (values) => values.reduce(([low, high], v) => [Math.min(low, v), Math.max(high, v)], [Infinity, -Infinity]);

function padded([low, high]) {
  const room = (high - low || Math.abs(high) || 1) * 0.06;
  return [low >= 0 && low - room < 0 ? 0 : low - room, high + room];
}

function ticks(low, high, wanted) {
  const raw = (high - low || 1) / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw);
  const found = [];
  for (let v = Math.ceil(low / step) * step; v <= high + step * 1e-9; v += step) found.push(Number(v.toPrecision(12)));
  return found;
}

/** Parts without a gap: a value that is no number interrupts the line. */
function segments({ steps, values }) {
  const parts = [[]];
  values.forEach((v, i) => (v === null ? parts.push([]) : parts.at(-1).push([steps[i], v])));
  return parts.filter((part) => part.length);
}

const nearest = (steps, wanted) => steps.reduce((best, s) => (Math.abs(s - wanted) < Math.abs(best - wanted) ? s : best), steps[0]);
