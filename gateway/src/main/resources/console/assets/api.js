// Talks to the gateway: the key, errors, long polls and event streams.

const KEY = 'cft.key';

export class ApiError extends Error {
  constructor(status, error) {
    super(error?.message ?? `The gateway answered ${status}.`);
    this.status = status;
    this.code = error?.code ?? null;
  }
}

/** Takes a key handed over as #key=… out of the address at once, so that it stays in no history. */
export function takeKeyFromAddress() {
  const match = /^#key=([^&]+)/.exec(location.hash);
  if (match) {
    sessionStorage.setItem(KEY, decodeURIComponent(match[1]));
    history.replaceState(null, '', location.pathname);
  }
}

export const key = () => sessionStorage.getItem(KEY);
export const setKey = (value) => sessionStorage.setItem(KEY, value);
export const forgetKey = () => sessionStorage.removeItem(KEY);

async function send(path, { headers = {}, ...options } = {}) {
  const response = await fetch(path, { ...options, cache: 'no-store', headers: { Authorization: `Bearer ${key()}`, ...headers } });
  if (response.ok || response.status === 304) return response;
  const body = await response.json().catch(() => null);
  throw new ApiError(response.status, body?.error);
}

export const get = async (path, signal) => (await send(path, { signal })).json();
export const getText = async (path, signal) => (await send(path, { signal })).text();

export const post = async (path) =>
  (await send(path, { method: 'POST', headers: { 'Idempotency-Key': crypto.randomUUID() } })).json();

/**
 * Reads `path` again whenever it changes, until the signal is aborted. Failures are told and tried again, save a
 * refused key and what does not exist.
 */
export async function follow(path, { signal, onValue, onFailure, onAlive }) {
  let tag = null;
  let pause = 1000;
  while (!signal.aborted) {
    try {
      const url = tag ? `${path}${path.includes('?') ? '&' : '?'}wait=25s` : path;
      const response = await send(url, { signal, headers: tag ? { 'If-None-Match': tag } : {} });
      onAlive?.();
      pause = 1000;
      if (response.status === 200) {
        tag = response.headers.get('ETag');
        onValue(await response.json());
        await sleep(400, signal); // a busy job changes many times a second
      }
    } catch (failure) {
      if (signal.aborted) return;
      onFailure(failure);
      if (failure.status === 401 || failure.status === 404) return;
      await sleep(pause, signal);
      pause = Math.min(pause * 2, 10000);
    }
  }
}

/** Server-sent events by fetch, because EventSource cannot send a key. Resumes after the last event. */
export async function events(path, { signal, onEvent, onFailure }) {
  let last = '';
  while (!signal.aborted) {
    try {
      const response = await send(path, { signal, headers: { Accept: 'text/event-stream', ...(last && { 'Last-Event-ID': last }) } });
      let text = '';
      for await (const chunk of chunks(response.body.pipeThrough(new TextDecoderStream()))) {
        text += chunk;
        const blocks = text.split('\n\n');
        text = blocks.pop();
        for (const block of blocks) {
          const field = (name) => block.split('\n').find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
          if (field('id')) last = field('id');
          if (field('event') === 'done') return;
          if (field('data')) onEvent(JSON.parse(field('data')));
        }
      }
    } catch (failure) {
      if (signal.aborted || failure.status === 401 || failure.status === 404) return;
      onFailure?.(failure);
    }
    await sleep(2000, signal);
  }
}

async function* chunks(stream) {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

const sleep = (ms, signal) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, { once: true });
  });
