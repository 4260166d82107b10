import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { callbacks } from '../../shared/callbacks/list.ts';
import { CallRecord, DIRECTIONS, HANGUP_PARTIES, Leg, STATUSES } from '../../shared/calls/call.ts';
import { CODE_LABELS, codeLabel, FIELD_LABELS, type Label, LEG_LABELS } from '../../shared/calls/labels.ts';
import { CallView } from '../../shared/calls/view.ts';
import { ARCHIVE_STATES } from '../../shared/deliveries/archive-result.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const CHANNELS = ['routine', 'batch-outbound', 'ivr'];
const KNOWN: Record<keyof typeof CODE_LABELS, readonly string[]> = {
  callback: callbacks.map(({ name }) => name),
  direction: DIRECTIONS,
  status: STATUSES,
  hangupBy: HANGUP_PARTIES,
  channel: CHANNELS,
  satisfaction: ['-1', '0', '1', '2', '3', '4', '5'],
  recording: ARCHIVE_STATES,
  voicemail: ARCHIVE_STATES,
  leg: ['caller', 'callee'],
};

test('every field of a call and of a leg has a label, and nothing else has', () => {
  expect(Object.keys(FIELD_LABELS).sort()).toEqual(
    [...new Set([...Object.keys(CallRecord.entries), ...Object.keys(CallView.entries)])].sort(),
  );
  expect(Object.keys(LEG_LABELS).sort()).toEqual(Object.keys(Leg.entries).sort());
});

test.each(Object.entries(KNOWN))('every code of %s has a label, and nothing else has', (field, codes) => {
  expect(Object.keys(CODE_LABELS[field as keyof typeof CODE_LABELS]).sort()).toEqual([...codes].sort());
});

test('docs/records.md names the channels and the satisfactions that have labels', () => {
  const page = readFileSync(join(ROOT, 'docs', 'records.md'), 'utf8');

  expect(page).toContain(`| \`channel\` | ${CHANNELS.map((name) => `\`${name}\``).join(', ')} |`);
  expect(page).toContain('1 very satisfied to 5 very dissatisfied, 0 and -1 not rated');
});

test('every label exists in both languages', () => {
  const labels: Label[] = [FIELD_LABELS, LEG_LABELS, ...Object.values(CODE_LABELS)].flatMap((some) =>
    Object.values<Label>(some),
  );

  expect(labels.length).toBeGreaterThan(100);
  for (const { en, zh } of labels) {
    expect(en).toMatch(/^[A-Z][ -~]+$/);
    // What Chinese has in Latin letters too: AI, ICC, PNS.
    expect(zh).toMatch(/\p{Script=Han}|^[A-Z]+$/u);
  }
});

test('no two fields of a call share a label', () => {
  for (const language of ['en', 'zh'] as const) {
    const names = Object.values(FIELD_LABELS).map((label) => label[language]);

    expect(new Set(names).size).toBe(names.length);
  }
});

test('a code without a name is shown with its code', () => {
  expect(codeLabel('status', 'no-answer', 'zh')).toBe('无人应答');
  expect(codeLabel('status', 'unknown:7', 'zh')).toBe('未知(7)');
  expect(codeLabel('status', 'unknown:7', 'en')).toBe('Unknown (7)');
  expect(codeLabel('satisfaction', '9', 'en')).toBe('9');
  expect(codeLabel('status', 'constructor', 'en')).toBe('constructor');
});

test('the labels import nothing else into the page', async () => {
  const { metafile } = await build({
    entryPoints: [join(ROOT, 'shared', 'calls', 'labels.ts')],
    bundle: true,
    write: false,
    metafile: true,
  });

  expect(Object.keys(metafile.inputs)).toHaveLength(1);
});
