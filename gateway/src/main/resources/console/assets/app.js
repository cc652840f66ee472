// The console: asks for the key, follows the list of jobs, shows the chosen one.
import { follow, forgetKey, get, key, setKey, takeKeyFromAddress } from './api.js';
import { detail } from './detail.js';
import { byId, h, show } from './dom.js';
import { KINDS, row } from './jobs.js';

const PAGE = 50;
let list = new AbortController();
let one = new AbortController();
let page = { data: [], has_more: false, unread: true };
const choice = { kind: '', status: '', limit: PAGE };

const chosen = () => /^#\/jobs\/(.+)$/.exec(location.hash)?.[1];

function live(state, words) {
  byId('live').className = `live ${state}`;
  byId('live').textContent = words;
}

function failed(failure) {
  if (failure.status === 401) {
    stop();
    forgetKey();
    askForKey(failure.message);
    return;
  }
  const words = failure.status ? failure.message : 'The gateway does not answer. It is asked again by itself.';
  if (!failure.status || failure.status >= 500) live('lost', 'connection lost');
  byId('banner').textContent = words;
  byId('banner').hidden = false;
}

function alive() {
  live('on', 'live');
  byId('banner').hidden = true;
}

function stop() {
  list.abort();
  one.abort();
  live('', 'not connected');
}

function askForKey(why) {
  byId('key-error').textContent = why ?? '';
  byId('key-error').hidden = !why;
  byId('change-key').hidden = true;
  const dialog = byId('key-dialog');
  if (!dialog.open) dialog.showModal();
}

async function connect() {
  if (!key()) return askForKey();
  try {
    const current = await get('/v1/keys/current');
    byId('change-key').hidden = false;
    byId('change-key').title = `${current.name}, ${current.role}`;
    byId('key-dialog').close();
    start();
  } catch (failure) {
    failed(failure);
    if (failure.status !== 401) setTimeout(connect, 3000);
  }
}

function start() {
  followList();
  showChosen();
}

function followList() {
  list.abort();
  list = new AbortController();
  const query = new URLSearchParams({ limit: choice.limit });
  if (choice.kind) query.set('kind', choice.kind);
  if (choice.status) query.set('status', choice.status);
  follow(`/v1/jobs?${query}`, { signal: list.signal, onAlive: alive, onFailure: failed, onValue: (value) => { page = value; draw(); } });
}

function draw() {
  show(byId('job-table').tBodies[0], page.data.map((job) => row(job, chosen())));
  byId('job-table').hidden = page.data.length === 0;
  byId('empty').hidden = Boolean(page.unread) || page.data.length > 0;
  byId('empty').textContent = choice.kind || choice.status
    ? 'No job matches the filter.'
    : 'No job yet. `./cft demo` starts an experiment; docs/api.md shows the calls.';
  byId('more').hidden = !page.has_more || choice.limit >= 1000;
}

function showChosen() {
  one.abort();
  one = new AbortController();
  const id = chosen();
  document.body.classList.toggle('with-detail', Boolean(id));
  if (id) detail(byId('detail'), decodeURIComponent(id), { signal: one.signal, onFailure: failed });
  else byId('detail').hidden = true;
  draw();
}

function filters() {
  const chips = [['', 'All'], ...Object.entries(KINDS)].map(([kind, words]) =>
    h('button', { type: 'button', 'aria-pressed': String(choice.kind === kind), on: { click: () => { choice.kind = kind; filters(); followList(); } } }, words));
  byId('kinds').replaceChildren(...chips);
}

byId('status').addEventListener('change', (event) => { choice.status = event.target.value; followList(); });
byId('more').addEventListener('click', () => { choice.limit = Math.min(1000, choice.limit * 4); followList(); });
byId('change-key').addEventListener('click', () => { stop(); forgetKey(); askForKey(); });
byId('key-dialog').addEventListener('cancel', (event) => event.preventDefault());
byId('key-form').addEventListener('submit', (event) => {
  event.preventDefault();
  setKey(byId('key-input').value.trim());
  byId('key-input').value = '';
  connect();
});
window.addEventListener('hashchange', () => { if (key()) showChosen(); });
setInterval(() => { if (key()) draw(); }, 15000);

takeKeyFromAddress();
filters();
connect();
