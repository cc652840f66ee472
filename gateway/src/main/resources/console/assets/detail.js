// The chosen job: facts, buttons, curves, report, events.
import { events, follow, get, getText, post } from './api.js';
import { chart } from './chart.js';
import { duration, h, number, show, time } from './dom.js';
import { isFinal, KINDS, note, progress, row, status, tags, title } from './jobs.js';
import { report } from './report.js';

const ACTIONS = {
  pause: ['validating', 'waiting', 'queued', 'running'],
  resume: ['paused'],
  cancel: ['validating', 'waiting', 'queued', 'running', 'pausing', 'paused'],
};

/** Follows a job until the signal is aborted. */
export function detail(section, id, { signal, onFailure }) {
  const part = (name) => h('div', { class: `part ${name}` });
  const [head, facts, curves, table, parts, log] = ['head', 'facts', 'curves', 'table', 'parts', 'log'].map(part);
  const list = h('ol', { class: 'events', 'aria-label': 'Events', tabindex: '0' });
  log.append(h('h3', {}, 'Events'), list);
  section.replaceChildren(head, curves, table, parts, facts, log);
  section.hidden = false;

  let extras = 0;
  let latest = null;
  const refresh = () => {
    extras = Date.now();
    more(latest, { curves, table, parts, signal }).catch((failure) => { if (!signal.aborted) onFailure(failure); });
  };
  // An experiment's parts change without its own job, and a curve's last points come without another change.
  const timer = setInterval(() => { if (latest && !isFinal(latest)) refresh(); }, 4000);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  follow(`/v1/jobs/${encodeURIComponent(id)}`, {
    signal,
    onFailure: (failure) => (failure.status === 404 ? section.replaceChildren(h('p', { class: 'empty' }, failure.message)) : onFailure(failure)),
    onValue: (job) => {
      show(head, ...heading(job, onFailure));
      show(facts, ...table2(job));
      latest = job;
      if (Date.now() - extras > 2000 || isFinal(job)) refresh();
    },
  });
  events(`/v1/jobs/${encodeURIComponent(id)}/events`, { signal, onEvent: (event) => event.type !== 'metrics' && add(list, event) }); // the curves show the metrics
}

function heading(job, onFailure) {
  const buttons = Object.entries(ACTIONS)
    .filter(([, from]) => from.includes(job.status))
    .map(([name]) => h('button', { type: 'button', class: name === 'cancel' ? 'danger' : 'quiet', 'data-action': name, on: { click: (event) => act(event.target, job, name, onFailure) } }, name[0].toUpperCase() + name.slice(1)));
  return [
    h('div', { class: 'title' },
      h('div', {},
        h('p', { class: 'sub' }, h('span', { class: `kind ${job.kind}` }, KINDS[job.kind] ?? job.kind), ...tags(job), h('code', {}, job.id)),
        h('h2', {}, title(job))),
      h('div', { class: 'actions' }, buttons)),
    h('div', { class: 'state' }, status(job), progress(job)),
    note(job) && h('p', { class: job.error ? 'error' : 'reason' }, note(job), job.error?.param && h('span', {}, ` (${job.error.param})`)),
  ];
}

async function act(button, job, name, onFailure) {
  if (name === 'cancel' && !window.confirm(`Cancel ${title(job)}? What it has done so far is kept; it does not go on.`)) return;
  button.disabled = true;
  try {
    await post(`/v1/jobs/${encodeURIComponent(job.id)}/${name}`);
  } catch (failure) {
    onFailure(failure);
  } finally {
    button.disabled = false;
  }
}

function table2(job) {
  const link = (id) => h('a', { href: `#/jobs/${encodeURIComponent(id)}` }, id);
  const rows = [
    ['Created', time(job.created_at)],
    ['Started', time(job.started_at)],
    ['Finished', job.finished_at ? `${time(job.finished_at)}${job.started_at ? ` (took ${duration(job.finished_at - job.started_at)})` : ''}` : '–'],
    ['Attempts', number(job.attempts)],
    job.priority !== 0 && ['Priority', number(job.priority)],
    job.queue_position && ['Place in the queue', number(job.queue_position)],
    job.needs.length && ['Needs', job.needs.map((id) => h('div', {}, link(id)))],
    job.metadata.experiment && ['Experiment', link(job.metadata.experiment)],
    ...Object.entries(job.metadata).filter(([name]) => !['experiment', 'arm', 'seed'].includes(name)),
  ].filter(Boolean);
  return [
    h('h3', {}, 'Facts'),
    h('dl', {}, rows.flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, value)])),
    job.result && job.kind !== 'experiment' && h('h3', {}, 'Result'),
    job.result && job.kind !== 'experiment' && h('dl', {}, Object.entries(job.result).flatMap(([name, value]) => [h('dt', {}, name), h('dd', {}, typeof value === 'number' ? number(value) : typeof value === 'object' ? h('code', {}, JSON.stringify(value)) : String(value))])),
    h('details', {}, h('summary', {}, 'What was asked for'), h('pre', {}, JSON.stringify(job.spec, null, 2))),
  ];
}

async function more(job, { curves, table, parts, signal }) {
  const id = encodeURIComponent(job.id);
  if (job.kind === 'fine_tuning') {
    const { data } = await get(`/v1/jobs/${id}/metrics`, signal);
    show(curves, ...charts(data));
  }
  if (job.kind === 'experiment') {
    const { data } = await get(`/v1/jobs?limit=200&order=asc&experiment=${id}`, signal);
    show(parts, h('h3', {}, `Parts (${data.filter((part) => part.status === 'succeeded').length} of ${data.length} done)`),
      h('div', { class: 'table-wrap' }, h('table', {}, h('tbody', {}, data.map((part) => row(part, null))))));
    const text = await getText(`/v1/experiments/${id}/report?format=markdown`, signal).catch((failure) => `The report is not there yet: ${failure.message}`);
    show(table, h('h3', {}, isFinal(job) ? 'Report' : 'Report so far'), ...report(text));
  }
}

/** Losses together, everything else by itself. */
function charts(series) {
  const losses = series.filter((s) => /loss/.test(s.name));
  const others = series.filter((s) => !/loss/.test(s.name));
  return [
    losses.length ? chart('Loss', losses) : null,
    others.length ? h('details', {}, h('summary', {}, `More curves: ${others.map((s) => s.name).join(', ')}`), h('div', { class: 'small' }, others.map((s) => chart(s.name, [s])))) : null,
  ].filter(Boolean);
}

function add(list, event) {
  const bottom = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  list.append(h('li', { class: event.level },
    h('time', { datetime: new Date(event.created_at * 1000).toISOString() }, new Date(event.created_at * 1000).toLocaleTimeString()),
    h('span', {}, event.message)));
  while (list.children.length > 1000) list.firstChild.remove();
  if (bottom) list.scrollTop = list.scrollHeight;
}
