import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { expectAccessible } from '../support/axe.ts';
import { startBrowsing } from '../support/chromium.ts';
import { sendCall, sendEvent } from '../support/made-up-calls.ts';

const { signIn } = startBrowsing();

/** A number that no other test has, so that a search for it finds only what this test sent. */
const ownNumber = (): string => `8525${randomInt(1_000_000, 9_999_999)}`;
const ownId = (): string => `test-${randomInt(1e12)}`;
const minutesAgo = (minutes: number): number => Math.floor(Date.now() / 1000) - minutes * 60;

const rows = (page: Page) => page.locator('.body .call');
const callers = async (page: Page): Promise<string[]> =>
  (await rows(page).locator('.party:first-child .written').allTextContents()).map((text) => text.trim());
/** Clicks a row where nothing else is. */
const open = (page: Page) => rows(page).first().locator('a').click();
const search = (page: Page) => page.getByRole('searchbox', { name: 'Number, call ID or agent' });

describe('one search field', () => {
  test('finds a number in any notation, and says that it searched for a number', async () => {
    const caller = ownNumber();
    await sendCall({ callId: ownId(), caller });
    const { page, errors } = await signIn('/calls');
    await search(page).fill(`+${caller.slice(0, 3)} ${caller.slice(3, 7)}-${caller.slice(7)}`);

    await page.getByRole('button', { name: 'number', pressed: true }).waitFor();
    await expect.poll(() => callers(page)).toEqual([caller]);
    expect(errors).toEqual([]);
  });

  test('finds the id of a call, and an agent by part of the name', async () => {
    const callId = `1604763745${randomInt(100_000_000, 999_999_999)}`;
    const caller = ownNumber();
    await sendCall({ callId, caller });
    const uuid = crypto.randomUUID();
    const agentid = randomInt(1e9);
    const agent = { agentid, username: `Fang ${agentid}` };
    await sendEvent(uuid, { type: 2, state: 3, time: minutesAgo(9) });
    await sendEvent(uuid, { type: 1, state: 3, time: minutesAgo(8), ...agent });
    await sendEvent(uuid, { type: 2, state: 4, time: minutesAgo(7) });
    const { page } = await signIn(`/calls?q=${callId}`);

    await page.getByRole('button', { name: 'ID', pressed: true }).waitFor();
    await expect.poll(() => callers(page)).toEqual([caller]);
    await search(page).fill(`fang ${agentid}`);
    await page.getByRole('button', { name: 'agent', pressed: true }).waitFor();
    await expect.poll(() => rows(page).locator('.agent').allTextContents()).toEqual([`Fang ${agentid}`]);
  });

  test('lets the user choose the interpretation', async () => {
    const callId = String(randomInt(1e9, 1e10));
    await sendCall({ callId, caller: ownNumber() });
    const { page } = await signIn(`/calls?q=${callId}`);
    await page.getByText('No matching calls').waitFor();
    await page.getByRole('button', { name: 'ID', exact: true }).click();

    await rows(page).waitFor();
    expect(new URL(page.url()).searchParams.get('as')).toBe('id');
  });
});

describe('filters', () => {
  test('combine, live in the URL, and follow back and forward', async () => {
    const caller = ownNumber();
    await sendCall({ callId: ownId(), caller, duration: 50 });
    await sendCall({ callId: ownId(), caller, duration: 300 });
    const { page } = await signIn(`/calls?q=${caller}`);
    await expect.poll(() => rows(page).count()).toBe(2);
    await page.getByRole('button', { name: 'Talk' }).click();
    await page.getByRole('radio', { name: 'At least 2:00' }).click();
    await expect.poll(() => rows(page).count()).toBe(1);
    await page.getByRole('button', { name: 'Product' }).click();
    await page.getByRole('checkbox', { name: 'ICC' }).check();

    await page.getByText('No matching calls').waitFor();
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
      q: caller,
      minTalk: '120',
      callback: 'icc',
    });
    await page.keyboard.press('Escape');
    await page.goBack();
    await expect.poll(() => rows(page).count()).toBe(1);
    await page.goBack();
    await expect.poll(() => rows(page).count()).toBe(2);
    await page.goForward();
    await expect.poll(() => rows(page).count()).toBe(1);
    await page.reload();
    await expect.poll(() => rows(page).count()).toBe(1);
  });

  test('a period of dates shows the calls of these days in the chosen zone', async () => {
    const caller = ownNumber();
    // 17:30 on the 9th in London, half past one of the 10th in Shanghai.
    await sendCall({ callId: ownId(), caller, startAt: Date.UTC(2026, 9, 9, 17, 30) / 1000 });
    const { page } = await signIn(`/calls?q=${caller}&from=2026-10-10&to=2026-10-10`);
    await rows(page).waitFor();
    expect(await page.locator('.day').first().textContent()).toContain('10 October');
    await page.evaluate(() => localStorage.setItem('zone', 'Europe/London'));
    await page.reload();

    await page.getByText('No matching calls').waitFor();
  });

  test('all of them can be cleared at once', async () => {
    const { page } = await signIn(`/calls?q=${ownNumber()}&direction=ai&answered=false&caller=85299990000`);
    await page.getByText('No matching calls').waitFor();
    await page.getByRole('button', { name: 'Clear filters' }).first().click();

    await expect.poll(() => new URL(page.url()).search).toBe('');
  });
});

describe('a call that arrives while the list is open', () => {
  test('appears at the top by itself', async () => {
    const caller = ownNumber();
    await sendCall({ callId: ownId(), caller, startAt: minutesAgo(10) });
    const { page } = await signIn(`/calls?q=${caller}`);
    await rows(page).waitFor();
    await sendCall({ callId: ownId(), caller, startAt: minutesAgo(5), duration: 77 });

    await expect.poll(() => rows(page).locator('.talk').allTextContents()).toEqual(['1:17', '1:00']);
  });

  test('waits while somebody reads further down, and a pill says so', async () => {
    const caller = ownNumber();
    for (const n of Array(25).keys())
      await sendCall({ callId: ownId(), caller, startAt: minutesAgo(60 + n) });
    const { page } = await signIn(`/calls?q=${caller}`, { viewport: { width: 1200, height: 500 } });
    await expect.poll(() => rows(page).count()).toBeGreaterThan(10);
    await page.locator('.scroller').evaluate((scroller) => scroller.scrollTo(0, 300));
    const seen = () =>
      rows(page)
        .nth(10)
        .evaluate((row) => row.getBoundingClientRect().top);
    const before = await seen();
    await sendCall({ callId: ownId(), caller, startAt: minutesAgo(5), duration: 77 });
    await sendCall({ callId: ownId(), caller, startAt: minutesAgo(4), duration: 78 });
    const pill = page.getByRole('button', { name: '2 new calls' });
    await pill.waitFor();

    expect(await seen()).toBe(before);
    await pill.click();
    await expect
      .poll(async () => (await rows(page).locator('.talk').allTextContents()).slice(0, 2))
      .toEqual(['1:18', '1:17']);
  });

  test('is on top with a running clock while in progress, and among the others once it has ended', async () => {
    const uuid = crypto.randomUUID();
    const callphone = ownNumber();
    await sendEvent(uuid, { type: 2, state: 1, time: minutesAgo(2), callphone });
    const { page } = await signIn(`/calls?q=${callphone}`);
    const card = page.getByRole('region', { name: 'Calls in progress' }).getByRole('link');
    await card.filter({ hasText: 'ringing' }).waitFor();
    const clock = async () => (await card.locator('time').textContent()) ?? '';
    const first = await clock();
    expect(first).toMatch(/^[2-9]:\d\d$/);
    await expect.poll(clock).not.toBe(first);
    expect(await rows(page).count()).toBe(0);

    await sendEvent(uuid, { type: 2, state: 3, time: minutesAgo(1), callphone });
    await card.filter({ hasText: 'waiting for an agent' }).waitFor();
    await sendEvent(uuid, { type: 2, state: 4, callphone });
    await rows(page).waitFor();
    expect(await card.count()).toBe(0);
  });
});

describe('by keyboard', () => {
  test('/ searches, arrows go from call to call, Enter opens, Esc closes', async () => {
    const caller = ownNumber();
    const pks = [];
    for (const n of [3, 2, 1])
      pks.unshift(await sendCall({ callId: ownId(), caller, startAt: minutesAgo(n * 10) }));
    const { page } = await signIn('/calls');
    await search(page).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type(caller);
    await expect.poll(() => rows(page).count()).toBe(3);
    await page.keyboard.press('Enter');
    await search(page).blur();
    const opened = () => new URL(page.url()).searchParams.get('call');

    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await expect
      .poll(() => page.evaluate(() => (document.activeElement as HTMLElement).dataset.pk))
      .toBe(pks[1]);
    await page.keyboard.press('Enter');
    await expect.poll(opened).toBe(pks[1]);
    await page.getByRole('complementary', { name: 'Call' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await expect.poll(opened).toBe(pks[2]);
    await page.keyboard.press('Escape');
    await expect.poll(opened).toBe(null);
  });
});

test('a call is opened by a click beside the list, and closed by the back button', async () => {
  const caller = ownNumber();
  const pk = await sendCall({ callId: ownId(), caller });
  const { page } = await signIn(`/calls?q=${caller}`);
  await open(page);
  const panel = page.getByRole('complementary', { name: 'Call' });
  await panel.waitFor();

  expect(new URL(page.url()).searchParams.get('call')).toBe(pk);
  expect(await rows(page).locator('a').getAttribute('href')).toBe(`/call?pk=${encodeURIComponent(pk)}`);
  await page.goBack();
  await expect.poll(() => panel.count()).toBe(0);
  expect(await callers(page)).toEqual([caller]);
});

test('a number is copied with one click, as it was received', async () => {
  const caller = ownNumber();
  await sendCall({ callId: ownId(), caller });
  const { page, context } = await signIn(`/calls?q=${caller}`);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await rows(page).hover();
  await page.getByRole('button', { name: `Copy ${caller}` }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();

  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(caller);
  expect(new URL(page.url()).searchParams.has('call')).toBe(false);
});

test('an empty table shows how to send the first call, and what it shows works', async () => {
  const { page } = await signIn('/reports');
  await page.route('**/api/calls?*', (route) => route.fulfill({ json: { calls: [] } }));
  await page.getByRole('link', { name: 'Calls', exact: true }).click();
  await page.getByRole('heading', { name: 'No calls yet' }).waitFor();
  const command = (await page.locator('.command pre').textContent()) ?? '';
  const [, url = '', body = ''] = /^curl '(.+)' -d '(.+)'$/.exec(command) ?? [];

  const response = await fetch(url, { method: 'POST', body });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ status: 'accepted', id: expect.stringContaining('nxcloud-test-') });
});

describe.each([
  ['light', 1440],
  ['dark', 1440],
  ['light', 375],
  ['dark', 375],
] as const)('in the %s theme at %i px', (colorScheme, width) => {
  test('axe finds no violation in rows, menus and an open call', async () => {
    const caller = ownNumber();
    await sendCall({ callId: ownId(), caller });
    await sendEvent(crypto.randomUUID(), { type: 2, state: 1, callphone: caller });
    const { page } = await signIn(`/calls?q=${caller}`, { colorScheme, viewport: { width, height: 800 } });
    await rows(page).waitFor();
    await page.getByRole('region', { name: 'Calls in progress' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Last 30 days' }).click();
    await page.getByRole('radio', { name: 'Today' }).waitFor();

    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await open(page);
    await page.getByRole('complementary', { name: 'Call' }).waitFor();
    await expectAccessible(page);
  });

  test('nothing is wider than the screen', async () => {
    const { page } = await signIn('/calls', { colorScheme, viewport: { width, height: 800 } });
    await rows(page).first().waitFor();

    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    expect(await page.locator('.scroller').evaluate((one) => one.scrollWidth - one.clientWidth)).toBe(0);
  });
});

test('exports the calls that match the filters', async () => {
  const caller = ownNumber();
  await sendCall({ callId: ownId(), caller, duration: 50 });
  await sendCall({ callId: ownId(), caller, duration: 300 });
  const { page } = await signIn(`/calls?q=${caller}&minTalk=100`);
  await expect.poll(() => rows(page).count()).toBe(1);
  await page.getByRole('button', { name: 'Export' }).click();
  const downloaded = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  const file = await readFile(await (await downloaded).path(), 'utf8');

  expect(file.split('\n').filter((line) => line.includes(caller)).length).toBe(1);
});

test('a failed export is reported', async () => {
  const { page } = await signIn('/calls');
  await page.route('**/api/exports*', (route) =>
    route.fulfill({ status: 503, json: { error: 'unavailable' } }),
  );
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByRole('button', { name: 'Excel' }).click();

  await page.getByText('The export failed. Try again.').waitFor();
});
