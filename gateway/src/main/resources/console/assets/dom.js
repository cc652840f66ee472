// Builds elements. Text always goes through textContent: nothing from the server is ever read as markup.

/** @param {string} tag  @param {Object} [props] attributes; `on` holds listeners, `class` and `text` work as expected */
export function h(tag, props = {}, ...children) {
  const svg = ['svg', 'path', 'polyline', 'line', 'g', 'circle', 'rect'].includes(tag) || props.svg;
  const element = svg ? document.createElementNS('http://www.w3.org/2000/svg', tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false || name === 'svg') continue;
    if (name === 'on') for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else if (name === 'text') element.textContent = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const byId = (id) => document.getElementById(id);

/** Replaces an element's children only when what is shown differs, so that focus and selection stay. */
export function show(parent, ...children) {
  const next = document.createElement(parent.tagName);
  next.append(...children.flat().filter(Boolean));
  if (!parent.isEqualNode(next) && parent.innerHTML !== next.innerHTML) parent.replaceChildren(...next.childNodes);
}

export function duration(seconds) {
  if (seconds === null || seconds === undefined) return '';
  if (seconds < 60) return `${Math.max(0, Math.round(seconds))} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${String(Math.round(seconds % 60)).padStart(2, '0')} s`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 86400)} d ${Math.floor((seconds % 86400) / 3600)} h`;
}

export function ago(unixSeconds) {
  const passed = Date.now() / 1000 - unixSeconds;
  if (passed < 5) return 'now';
  if (passed < 60) return `${Math.round(passed)} s ago`;
  if (passed < 3600) return `${Math.round(passed / 60)} min ago`;
  if (passed < 86400) return `${Math.round(passed / 3600)} h ago`;
  return new Date(unixSeconds * 1000).toLocaleDateString();
}

export const time = (unixSeconds) => (unixSeconds ? new Date(unixSeconds * 1000).toLocaleString() : '–');

export function number(value) {
  if (value === null || value === undefined) return '–';
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (Number.isInteger(value)) return value.toLocaleString('en');
  return size !== 0 && (size < 0.001 || size >= 1e6) ? value.toExponential(2) : String(Number(value.toPrecision(4)));
}
