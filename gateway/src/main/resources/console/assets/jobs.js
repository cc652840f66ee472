// What a job looks like: its title, status, progress; in the list and beside it.
import { ago, duration, h, number } from './dom.js';

export const KINDS = {
  experiment: 'Experiment',
  dataset: 'Dataset',
  responses: 'Responses',
  critiques: 'Critiques',
  fine_tuning: 'Fine-tuning',
  evaluation: 'Evaluation',
};

export const isFinal = (job) => ['succeeded', 'failed', 'cancelled'].includes(job.status);

/** What the job is about, from its own words. */
export function title(job) {
  const { spec = {}, metadata = {} } = job;
  if (metadata.name) return metadata.name;
  switch (job.kind) {
    case 'experiment': return spec.name ?? job.id;
    case 'dataset': return spec.name ?? job.id;
    case 'responses': return `${number(spec.n ?? 1)} per question from ${spec.model}`;
    case 'critiques': return `by ${spec.teacher}`;
    case 'fine_tuning': return `${spec.method?.type ?? 'supervised'} on ${spec.model}${spec.suffix ? ` (${spec.suffix})` : ''}`;
    case 'evaluation': return spec.name ? spec.name : `${spec.model} on ${spec.eval_id}`;
    default: return job.id;
  }
}

export const tags = (job) =>
  ['arm', 'seed']
    .filter((name) => job.metadata?.[name])
    .map((name) => h('span', { class: 'tag' }, `${name} ${job.metadata[name]}`));

export const status = (job) =>
  h('span', { class: `status ${job.status}` }, h('i', { 'aria-hidden': 'true' }), job.status);

/** Why it waits, what it does, or how it ended, in a line. */
export function note(job) {
  if (job.error) return job.error.message;
  if (job.pending_reason) return job.pending_reason;
  if (job.stage && !isFinal(job)) return job.stage;
  return '';
}

export function progress(job) {
  const { done, total, unit, percent } = job.progress;
  const share = job.status === 'succeeded' ? 100 : percent;
  if (share === null || share === undefined) {
    return h('div', { class: 'progress' }, h('span', { class: 'figures' }, done ? `${number(done)} ${unit}` : isFinal(job) ? '' : '–'));
  }
  const left = !job.remaining_seconds ? '' : ` · ${duration(job.remaining_seconds)} left`;
  return h(
    'div', { class: 'progress' },
    h('progress', { max: 100, value: share, class: job.status, 'aria-label': `progress of ${title(job)}` }),
    h('span', { class: 'figures' }, total ? `${number(done)} / ${number(total)} ${unit}${left}` : `${Math.round(share)} %${left}`),
  );
}

export function row(job, chosen) {
  const text = note(job);
  return h(
    'tr', { 'data-id': job.id, class: job.id === chosen ? 'chosen' : null },
    h('td', {},
      h('a', { href: `#/jobs/${encodeURIComponent(job.id)}`, 'aria-current': job.id === chosen ? 'true' : null }, title(job)),
      h('div', { class: 'sub' }, h('span', { class: `kind ${job.kind}` }, KINDS[job.kind] ?? job.kind), ...tags(job))),
    h('td', {}, status(job), text && h('div', { class: 'note', title: text }, text)),
    h('td', {}, progress(job)),
    h('td', { class: 'num', title: new Date(job.created_at * 1000).toLocaleString() }, ago(job.created_at)),
  );
}
