import { hash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { openCall } from '../../../shared/calls/open.ts';
import { refOf } from '../../../shared/deliveries/ref.ts';
import { archived } from '../../support/archive.ts';
import { finish, LOCAL, start } from '../../support/commands.ts';
import { callAt, deliveriesOf, dynamodb, post, s3 } from '../../support/pipeline.ts';
import { plainEnvironment } from '../../support/run.ts';

const { deliveriesTable: TableName, bucket } = inject('stack');
const ports = inject('ports');
const env = plainEnvironment({ SQS_PORT: String(ports.sqs), DYNAMODB_PORT: String(ports.dynamodb) });

let dir: string;
let out: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'subject-'));
  out = join(dir, 'request');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const subject = (...args: string[]) => finish(start('subject', ['--out', out, ...args], { env }));
const read = (...names: string[]) => readFileSync(join(out, ...names));

let last = Date.now();
/** A number that no other test has, and no test before. */
const newNumber = () => `852${10_000_000 + (++last % 90_000_000)}`;

const ring = async (id: string, fields: object): Promise<string> => {
  await post('cc', { callId: id, startTime: Date.parse('2026-11-26T06:00:00Z'), ...fields });
  await callAt(`cc#${id}`);
  return `cc#${id}`;
};

/** Puts a recording into the archive, whose bytes are as said. */
const archive = async (pk: string, url: string, said: Buffer, bytes = said): Promise<void> => {
  const key = `recordings/cc/2026/11/26/${hash('sha256', pk).slice(0, 32)}.mp3`;
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }));
  const result = archived(pk, 'recording', url, { key, bytes: said.length, sha256: hash('sha256', said) });
  await dynamodb.send(new PutItemCommand({ TableName, Item: marshall(result) }));
  await callAt(pk, ({ recording }) => recording !== undefined);
};

test('everything about a number is in the folder, as it was received, and nothing about another', async () => {
  const [number, other] = [newNumber(), newNumber()];
  const [file, url] = [randomBytes(50_000), 'https://recordings.example/1'];
  const hostile = '<b>"Ada"</b>';
  const asCaller = await ring(`subject-caller-${number}`, { caller: number, recordUrl: url });
  await post('cc', { callId: `subject-caller-${number}`, agentName: hostile, answerTime: 0 });
  await callAt(asCaller, ({ versions }) => versions === 2);
  await archive(asCaller, url, file);
  const asCallee = await ring(`subject-callee-${number}`, { callee: `+${number}`, recordUrl: url });
  await ring(`subject-other-${number}`, { caller: other });
  const { code, output } = await subject('--number', number);

  expect({ code, output }).toEqual({
    code: 0,
    output: `${LOCAL}Saved ${out}: 2 calls, 3 bodies, 1 recording.\n1 recording could not be had: calls.html says why.\n`,
  });
  const calls = [asCaller, asCallee];
  const opened = await Promise.all(calls.map((pk) => openCall(pk, AbortSignal.timeout(60_000))));
  const saved: { call: { pk: string } }[] = JSON.parse(String(read('calls.json')));
  const inOrder = (one: { call: { pk: string } }[]) =>
    one.toSorted((a, b) => (a.call.pk < b.call.pk ? -1 : 1));
  expect(inOrder(saved)).toEqual(JSON.parse(JSON.stringify(inOrder(opened as typeof saved))));
  const sent = (await Promise.all(calls.map(deliveriesOf))).flat().flatMap(({ body }) => body ?? []);
  const bodies = readdirSync(join(out, 'bodies'));
  expect(bodies.map((name) => String(read('bodies', name))).sort()).toEqual(sent.sort());
  expect(readdirSync(join(out, 'recordings'))).toEqual([`${refOf(asCaller)}-recording.mp3`]);
  expect(read('recordings', `${refOf(asCaller)}-recording.mp3`).equals(file)).toBe(true);
  const page = String(read('calls.html'));
  expect(page).toContain('&lt;b&gt;&quot;');
  expect(page).not.toContain('<b>');
  expect(page).toContain('not in this folder (not archived)');
  expect(page.match(/<section>/g)).toHaveLength(2);
  expect(statSync(out).mode & 0o077).toBe(0);
  expect(statSync(join(out, 'calls.json')).mode & 0o077).toBe(0);
});

test('a call of which fewer than 10 digits are the same is listed, and taken if it is named', async () => {
  const number = newNumber();
  await ring(`subject-whole-${number}`, { caller: number });
  const similar = await ring(`subject-short-${number}`, { caller: number.slice(-8) });
  const { output } = await subject('--number', number);

  expect(output).toContain('1 call, 1 body, 0 recordings');
  expect(output).toContain(
    `${refOf(similar)}  2026-11-26 14:00:00  caller ${number.slice(-8)}: fewer than 10`,
  );
  out = join(dir, 'another');
  expect((await subject('--number', number, '--with', refOf(similar))).output).toContain('2 calls, 2 bodies');
  out = join(dir, 'none');
  expect((await subject('--number', number, '--with', '0'.repeat(16))).errors).toMatch(
    /^--with 0+ is the ref of/,
  );
  expect(readdirSync(dir).sort()).toEqual(['another', 'request']);
});

test('a call that has expired is not in it', async () => {
  const number = newNumber();
  const gone = `subject-expired-${number}`;
  await ring(`subject-live-${number}`, { caller: number });
  await ring(gone, { caller: number });
  const [body] = await deliveriesOf(`cc#${gone}`);
  const Item = marshall({ ...body, expiresAt: Math.floor(Date.now() / 1000) - 10 });
  await dynamodb.send(new PutItemCommand({ TableName, Item }));

  expect((await subject('--number', number)).output).toContain('1 call, 1 body, 0 recordings');
});

test('of a number that nobody called there is no folder', async () => {
  const { code, output } = await subject('--number', newNumber());

  expect({ code, output }).toEqual({
    code: 0,
    output: `${LOCAL}No call is certainly of this number: nothing was saved.\n`,
  });
  expect(readdirSync(dir)).toEqual([]);
});

test('a recording that is not what was archived leaves nothing that looks whole', async () => {
  const [number, url] = [newNumber(), 'https://recordings.example/2'];
  const pk = await ring(`subject-broken-${number}`, { caller: number, recordUrl: url });
  await archive(pk, url, randomBytes(1_000), randomBytes(1_000));
  const { code, errors } = await subject('--number', number);

  expect(code).toBe(1);
  expect(errors).toMatch(/^The bucket's file is not what was archived/);
  expect(readdirSync(dir)).toEqual([]);
});

test.each([
  [['--number', '12345'], /^--number 12345 must be a telephone number/],
  [['--number', 'Ada'], /^--number Ada must be a telephone number/],
  [[], /^Usage: npm run subject/],
])('given %j it says what is wrong', async (args, message) => {
  const { code, errors } = await subject(...args);

  expect(code).toBe(1);
  expect(errors).toMatch(message);
});

test('a folder that is there, whole or not, is not touched', async () => {
  const number = newNumber();
  await ring(`subject-twice-${number}`, { caller: number });
  mkdirSync(`${out}.partial`);
  expect((await subject('--number', number)).errors).toMatch(/request\.partial is there, of a run that/);
  rmSync(`${out}.partial`, { recursive: true });
  mkdirSync(out);
  expect((await subject('--number', number)).errors).toMatch(/request is there already: give another --out/);
  expect(readdirSync(out)).toEqual([]);
  expect(existsSync(`${out}.partial`)).toBe(false);
});
