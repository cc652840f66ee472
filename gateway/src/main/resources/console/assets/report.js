// Shows a report that comes as Markdown: headings, tables, lists and paragraphs, built as elements.
import { h } from './dom.js';

export function report(markdown) {
  const out = [];
  const lines = markdown.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    const heading = /^(#{1,6})\s+(.*)/.exec(line);
    if (heading) out.push(h(`h${Math.min(6, heading[1].length + 2)}`, {}, inline(heading[2])));
    else if (line.startsWith('|')) {
      const from = i;
      while (i + 1 < lines.length && lines[i + 1].startsWith('|')) i++;
      out.push(table(lines.slice(from, i + 1)));
    } else if (/^[-*]\s/.test(line)) {
      const from = i;
      while (i + 1 < lines.length && /^[-*]\s/.test(lines[i + 1])) i++;
      out.push(h('ul', {}, lines.slice(from, i + 1).map((item) => h('li', {}, inline(item.slice(2))))));
    } else if (line.trim()) out.push(h('p', {}, inline(line)));
  }
  return out;
}

const cells = (line) => line.replace(/^\||\|\s*$/g, '').split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));

function table(lines) {
  const ruler = lines[1] && /^[\s|:-]+$/.test(lines[1]) ? cells(lines[1]) : null;
  const right = (i) => (ruler?.[i]?.endsWith(':') ? 'num' : null);
  const body = lines.slice(ruler ? 2 : 1);
  return h('div', { class: 'table-wrap' }, h('table', { class: 'report' },
    h('thead', {}, h('tr', {}, cells(lines[0]).map((cell, i) => h('th', { scope: 'col', class: right(i) }, inline(cell))))),
    h('tbody', {}, body.map((line) => h('tr', {}, cells(line).map((cell, i) => h('td', { class: right(i) }, inline(cell))))))));
}

function inline(text) {
  return text.split(/(\*\*[^*]+\*\*|`[^`]+`)/).filter(Boolean).map((part) =>
    part.startsWith('**') ? h('strong', {}, part.slice(2, -2)) : part.startsWith('`') ? h('code', {}, part.slice(1, -1)) : part);
}
