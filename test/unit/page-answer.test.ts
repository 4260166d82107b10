import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { type BuiltPage, buildPage, compressPage } from '../../infrastructure/page-files.ts';
import { answer } from '../../shared/page/answer.ts';
import type { PageFiles } from '../../shared/page/files.ts';

const MAX_FIRST_VIEW_KB = 45;

const origins = async () => ({
  signIn: ['https://login.example.com'],
  files: ['https://bucket.s3.example.com'],
});

let page: BuiltPage;
let files: PageFiles;
beforeAll(async () => {
  page = await buildPage();
  files = await compressPage(page.files);
});

const get = (path: string, headers: Record<string, string> = {}) => answer(files, path, headers, origins);
const contentsOf = (path: string): string =>
  Buffer.from(page.files.find((file) => file.path === path)?.contents ?? []).toString();
const html = () => contentsOf('/index.html');
const assetsIn = (text: string): string[] => text.match(/\/assets\/[\w.-]+/g) ?? [];

const sizeOf = (path: string): number => Buffer.from(files[path]?.br ?? '', 'base64').length;
const largestOf = (pattern: RegExp): string =>
  Object.keys(files)
    .filter((path) => pattern.test(path))
    .sort((a, b) => sizeOf(b) - sizeOf(a))[0] ?? '';

/** What a script loads before anything is shown, and with it the view of calls. */
const loadedBy = (path: string): string[] =>
  [...contentsOf(path).matchAll(/(?:from|import)\s*"\.\/([\w.-]+)"/g)].flatMap(([, name]) => [
    `/assets/${name}`,
    ...loadedBy(`/assets/${name}`),
  ]);

test(`the first view, with everything that it loads, has at most ${MAX_FIRST_VIEW_KB} KB of brotli`, () => {
  const callsView = page.files.find(({ path }) => path.startsWith('/assets/calls-view-'))?.path ?? '';
  const first = new Set(['/index.html', ...assetsIn(html()), callsView]);
  for (const path of [...first]) for (const loaded of loadedBy(path)) first.add(loaded);
  // One of the two languages.
  first.add(largestOf(/^\/assets\/(en|zh)-/));
  const sizes = [...first].map((path) => [path, sizeOf(path)] as const);
  const kilobytes = sizes.reduce((sum, [, size]) => sum + size, 0) / 1000;
  process.stdout.write(`first view: ${kilobytes.toFixed(1)} KB of brotli in ${sizes.length} files\n`);

  expect(callsView).not.toBe('');
  expect(sizes.filter(([, size]) => size === 0)).toEqual([]);
  expect(kilobytes).toBeLessThanOrEqual(MAX_FIRST_VIEW_KB);
});

test('only the view with charts loads their code', () => {
  const first = [...assetsIn(html()), ...assetsIn(html()).flatMap(loadedBy)].map(contentsOf).join('');

  expect(first).not.toContain('uPlot');
});

describe('an answer', () => {
  test.each(['/', '/calls', '/call', '/reports', '/status', '/signed-in'])(
    'at %s is the page',
    async (path) => {
      const { statusCode, headers, body = '' } = await get(path);

      expect(statusCode).toBe(200);
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
      });
      expect(Buffer.from(body, 'base64').toString()).toBe(html());
    },
  );

  test.each([
    ['br, gzip', 'br', brotliDecompressSync],
    ['gzip, deflate', 'gzip', gunzipSync],
    ['br;q=0, gzip', 'gzip', gunzipSync],
    ['identity', undefined, (bytes: Buffer) => bytes],
  ])('to a browser that takes %s is encoded as %s', async (accepted, encoding, decode) => {
    const [script = ''] = assetsIn(html());
    const { headers, body = '', isBase64Encoded } = await get(script, { 'accept-encoding': accepted });

    expect(isBase64Encoded).toBe(true);
    expect(headers?.['content-encoding']).toBe(encoding);
    expect(headers?.vary).toBe('accept-encoding');
    expect(decode(Buffer.from(body, 'base64')).toString()).toBe(contentsOf(script));
  });

  test('for an asset is cached forever, because its name changes with its contents', async () => {
    for (const path of Object.keys(files).filter((one) => one !== '/index.html')) {
      expect(path).toMatch(/^\/assets\/[\w-]+-[A-Z0-9]{8}\.(js|css)$/);
      expect((await get(path)).headers?.['cache-control']).toBe('public, max-age=31536000, immutable');
    }
  });

  test('to a browser that already has the page is 304', async () => {
    const { headers } = await get('/');
    const again = await get('/calls', { 'if-none-match': String(headers?.etag) });
    const changed = await get('/calls', { 'if-none-match': 'W/"other"' });

    expect(again).toMatchObject({ statusCode: 304, headers: { etag: headers?.etag } });
    expect(again.body).toBe(undefined);
    expect(changed.statusCode).toBe(200);
  });

  test.each([
    '/assets/',
    '/assets/none.js',
    '/assets/../index.html',
    '/assets/constructor',
    '/assets/__proto__',
  ])('at %s is 404', async (path) => {
    expect(await get(path)).toMatchObject({ statusCode: 404, headers: { 'cache-control': 'no-store' } });
  });

  test('lets the page run its own scripts only, and speak with the provider and the bucket only', async () => {
    const { headers } = await get('/');
    const policy = Object.fromEntries(
      String(headers?.['content-security-policy'])
        .split('; ')
        .map((directive) => [directive.split(' ')[0], directive.split(' ').slice(1)]),
    );

    expect(policy).toEqual({
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'style-src': ["'self'"],
      'img-src': ["'self'", 'data:'],
      'connect-src': ["'self'", 'https://login.example.com', 'https://bucket.s3.example.com'],
      'media-src': ['https://bucket.s3.example.com'],
      'form-action': ["'none'"],
      'base-uri': ["'none'"],
      'frame-ancestors': ["'none'"],
    });
    expect(headers).toMatchObject({ 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff' });
    expect(html()).not.toMatch(/<script(?! (type="module" )?src=)|\son\w+=|\sstyle=/);
  });

  test("fits the limit of a function's answers", async () => {
    const answers = await Promise.all(Object.keys(files).map((path) => get(path)));

    for (const { body = '' } of answers) expect(body.length).toBeLessThan(6_000_000);
  });
});
