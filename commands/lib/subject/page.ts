import type { CallRecord, Leg } from '../../../shared/calls/call.ts';
import { FIELD_LABELS, LEG_LABELS } from '../../../shared/calls/labels.ts';
import type { CallView } from '../../../shared/calls/view.ts';
import { momentText, valueText } from '../calls/values.ts';
import { inWords, partiesOf, resultOf, timeOf } from '../calls/words.ts';
import type { Part } from './recordings.ts';

/** A call as the page shows it: with its recordings, and the names of the files that have its bodies. */
export type Shown = { call: CallView; parts: Part[]; bodies: string[] };

// What says nothing about anybody.
const LEFT_OUT = ['at', 'ref', 'rev', 'agentKey', 'versions', 'issues', 'legs', 'recording', 'voicemail'];

/** The calls as a page that any browser shows, offline. */
export const pageOf = (calls: readonly Shown[], title: string, zone: string): string =>
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; media-src 'self' file:">
<title>${escaped(title)}</title>
<style>
body { font: 14px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h2 { font-size: 1rem; margin: 2.5rem 0 .5rem; border-top: 1px solid #ccc; padding-top: 1rem }
h3 { font-size: .9rem }
table { border-collapse: collapse }
th { text-align: left; font-weight: normal; color: #555; padding: 0 1.5rem 0 0; vertical-align: top; white-space: nowrap }
td { white-space: pre-wrap; overflow-wrap: anywhere; font-variant-numeric: tabular-nums }
audio { display: block; margin: .5rem 0 }
</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<p>Times are those of ${escaped(zone)}. calls.json has the same for programs.</p>
${calls.map((shown) => sectionOf(shown, zone)).join('\n')}
</body>
</html>
`;

const sectionOf = ({ call, parts, bodies }: Shown, zone: string): string => {
  const { direction } = call;
  const heading = [
    momentText(timeOf(call), zone),
    partiesOf(call),
    direction && inWords(direction),
    resultOf(call),
  ]
    .filter(Boolean)
    .join(', ');
  const legs = (call.legs ?? []).map((leg, n) => `<h3>Leg ${n + 1}</h3>\n${tableOf(leg, LEG_LABELS, zone)}`);
  return `<section>
<h2>${escaped(heading)}</h2>
${tableOf(call, FIELD_LABELS, zone)}
${legs.join('\n')}
${parts.map(partOf).join('\n')}
<p>As received: ${bodies.map((name) => link(`bodies/${name}`, name)).join(', ')}</p>
</section>`;
};

type Labels = Readonly<Record<string, { en: string }>>;

const tableOf = (record: Partial<CallRecord> | Leg, labels: Labels, zone: string): string => {
  const rows = Object.entries(labels)
    .filter(([name]) => !LEFT_OUT.includes(name))
    .map(([name, { en }]) => [en, name, (record as Record<string, unknown>)[name]] as const)
    .filter(([, , value]) => value !== undefined)
    .map(
      ([en, name, value]) =>
        `<tr><th>${escaped(en)}</th><td>${escaped(valueText(name, value, zone))}</td></tr>`,
    );
  return `<table>\n${rows.join('\n')}\n</table>`;
};

const partOf = (part: Part): string => {
  if ('missing' in part) return `<p>${part.kind}: not in this folder (${escaped(part.missing)})</p>`;
  const path = `recordings/${part.name}`;
  return `<p>${part.kind}: ${link(path, part.name)}<audio controls preload="none" src="${path}"></audio></p>`;
};

const link = (path: string, text: string): string => `<a href="${escaped(path)}">${escaped(text)}</a>`;

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replace(/[&<>"']/g, (one) => ENTITIES[one] ?? one);
