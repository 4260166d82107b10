import { randomUUID } from 'node:crypto';
import { describe, expect, inject, test } from 'vitest';
import { expectAccessible } from '../support/axe.ts';
import { startBrowsing } from '../support/chromium.ts';
import { machineToken } from '../support/machine-token.ts';
import { post } from '../support/pipeline.ts';

const { signIn } = startBrowsing();

const PRODUCTS = ['Call Center', 'Predictive', 'ICC', 'PNS'];

const callsOf = async (query: string): Promise<{ pk: string }[]> => {
  const { apiUrl, issuer } = inject('stack');
  const headers = { authorization: `Bearer ${await machineToken(issuer)}` };
  const response = await fetch(`${apiUrl}/calls?${query}`, { headers });
  return ((await response.json()) as { calls: { pk: string }[] }).calls;
};

test("shows each product's last callback and its results, with links to the calls", async () => {
  await post('pns', { callId: randomUUID(), startAt: Date.now() / 1_000, duration: 'long' });
  await post('pns', { no: 'identity' });
  await post('pns', {}, { query: '?token=wrong' });
  const { page, errors } = await signIn('/status');
  const card = page.locator('.product', { hasText: 'PNS' });
  await card.getByText(/^\d+ refused/).waitFor();

  await card.getByText(/^\d+ rejected/).waitFor();
  await card.getByText(/last callback (now|\d+ (sec|min) ago)/).waitFor();
  await card.getByRole('link', { name: /unreadable field/ }).click();
  expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({
    callback: 'pns',
    issues: 'true',
    period: 'today',
  });
  expect(errors).toEqual([]);
});

test('shows why a body was rejected, and the body exactly as received', async () => {
  const body = `{"data":{"id":"${randomUUID()}","customerName":"<b>王</b>","cut`;
  await post('icc', body);
  const { page } = await signIn('/status');
  const item = page.locator('.rejected li', { hasText: `at character ${body.length}` }).first();
  await item.getByRole('button', { name: 'Show body' }).click();

  await item.locator('pre').waitFor();
  expect(await item.locator('pre').innerText()).toBe(body);
  await item.getByRole('button', { name: 'Hide body' }).click();
  expect(await item.locator('pre').count()).toBe(0);
});

test.each(PRODUCTS)(
  'sends a test callback of %s, follows it until its call arrives, and removes it',
  async (product) => {
    const { page, errors, context } = await signIn('/status');
    const urls: string[] = [];
    context.on('request', (request) => urls.push(request.url()));
    await page.getByRole('radio', { name: product, exact: true }).check();
    await page.getByLabel('Token of this product').fill('local');
    await page.getByRole('button', { name: 'Send a test callback' }).click();
    await page.getByText('The call has arrived.').waitFor();
    const href = (await page.getByRole('link', { name: 'Open the call' }).getAttribute('href')) ?? '';
    const pk = new URLSearchParams(href.replace('/call?', '')).get('pk') ?? '';

    const id = pk.replace(/^\w+#(call:)?/, '');
    expect(id).toMatch(/^nxcloud-test-/);
    expect((await callsOf(`id=${id}`)).map((call) => call.pk)).toEqual([pk]);
    await page.getByRole('button', { name: 'Remove it' }).click();
    await page.getByText('The test call was removed.').waitFor();
    await expect.poll(() => callsOf(`id=${id}`), { timeout: 60_000 }).toEqual([]);
    expect(urls.filter((url) => url.includes('token='))).toEqual([]);
    const kept = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
    expect(kept).not.toContain('local"');
    expect(errors).toEqual([]);
  },
);

describe('of the comparison with NXCloud', () => {
  const FOUND = {
    from: '2026-11-25T09:50:00.000Z',
    to: '2026-11-26T09:50:00.000Z',
    ...{ compared: 10_000, missing: 37, filled: 36, different: 5, unexpected: 3 },
  };
  const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
  const open = async (reconciliation?: object, options: Parameters<typeof signIn>[1] = {}) => {
    const opened = await signIn('/calls', options);
    const { page } = opened;
    if (reconciliation) {
      await page.route('**/api/status*', async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, json: { ...(await response.json()), reconciliation } });
      });
    }
    await page.getByRole('link', { name: /^(Status|状态)$/ }).click();
    const panel = page.locator('.panel', { hasText: /Compared with NXCloud|与 NXCloud 对账/ });
    await panel.waitFor();
    return { ...opened, panel };
  };

  test('says that there is none, and where it says how', async () => {
    const { panel, errors } = await open();

    await panel.getByText('not scheduled').waitFor();
    await panel.getByText('docs/reconciliation.md').waitFor();
    expect(await panel.locator('dl').count()).toBe(0);
    expect(errors).toEqual([]);
  });

  test('shows when, of what, and what it found, and how to see which calls', async () => {
    const { panel } = await open({ state: 'on', schedule: 'daily', at: ago(3), ...FOUND });
    const shown = await panel.locator('dl > div').allInnerTexts();

    await panel.getByText('every day · last 3 hr ago').waitFor();
    expect(shown.map((text) => text.replace(/\s+/g, ' '))).toEqual([
      expect.stringMatching(/^Period .*25 Nov.* 17:50:00 – .*26 Nov.* 17:50:00$/),
      ...['Compared 10,000', 'Missing 37', 'Filled in 36', 'Different 5', 'Not in the list 3'],
    ]);
    await panel.getByText('The callbacks of 37 Call Center calls did not arrive.').waitFor();
    expect(await panel.locator('pre').innerText()).toBe('npm run reconcile -- --stage local --report');
    expect(await panel.getByText('No comparison has finished lately').count()).toBe(0);
  });

  test('asks for nothing if everything is there', async () => {
    const nothing = { missing: 0, filled: 0, different: 0, unexpected: 0 };
    const { panel } = await open({ state: 'on', schedule: 'hourly', at: ago(1), ...FOUND, ...nothing });

    await panel.getByText('every hour').waitFor();
    expect(await panel.locator('p, pre, .warn').count()).toBe(0);
  });

  test.each([
    ['hourly', 5],
    ['daily', 40],
  ])('says that it is late, %s, after %d hours', async (schedule, hours) => {
    const { panel } = await open({ state: 'on', schedule, at: ago(hours), ...FOUND });

    await panel.getByText('No comparison has finished lately').waitFor();
  });

  test('says that the first is on its way, in both languages', async () => {
    const { page, panel } = await open({ state: 'on', schedule: 'hourly' });
    await panel.getByText('The first comparison begins within the hour.').waitFor();
    await page.getByRole('radio', { name: '中文' }).check();

    await panel.getByText('首次对账将在一小时内开始。').waitFor();
  });

  test.each([1440, 375])('is accessible, and not wider than %d px', async (width) => {
    const { page, panel } = await open(
      { state: 'on', schedule: 'hourly', at: ago(5), ...FOUND },
      { viewport: { width, height: 900 }, locale: 'zh-CN' },
    );
    await panel.getByText('已补齐').waitFor();

    await expectAccessible(page);
    expect(await page.evaluate(() => document.querySelector('main')?.scrollWidth)).toBeLessThanOrEqual(width);
  });
});

test('says that a token is wrong', async () => {
  const { page } = await signIn('/status');
  await page.getByLabel('Token of this product').fill('another');
  await page.getByRole('button', { name: 'Send a test callback' }).click();

  await page.getByText('The token is wrong (401).').waitFor();
});

test('says where a URL goes in NXCloud, in both languages', async () => {
  const { page } = await signIn('/status');
  await page.getByText('Call Center Settings').waitFor();
  expect(await page.locator('.steps pre').allInnerTexts()).toContain(inject('stack').urls.cc);
  await page.getByRole('radio', { name: 'PNS', exact: true }).check();
  expect(await page.locator('.steps pre').allInnerTexts()).toContain(
    `${inject('stack').urls.pns}?token=<token>`,
  );
  await page.getByRole('radio', { name: '中文' }).check();

  await page.getByText('呼叫中心设置').waitFor();
});

test('keeps showing the last status, and says so, when the API fails', async () => {
  const { page } = await signIn('/calls');
  await page.route('**/api/status*', (route) =>
    route.fulfill({ status: 400, json: { error: 'invalid_query', issues: [] } }),
  );
  await page.getByRole('link', { name: 'Status' }).click();
  await page.getByRole('alert').waitFor();
  await page.unroute('**/api/status*');
  await page.getByRole('button', { name: 'Try again' }).click();

  await page.getByText('Connect a product').waitFor();
  expect(await page.getByRole('alert').count()).toBe(0);
});

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  test.each([1440, 375])('axe finds nothing, and nothing is wider than %d px', async (width) => {
    await post('icc', 'no json');
    const { page } = await signIn('/status', {
      colorScheme,
      viewport: { width, height: 900 },
      locale: 'zh-CN',
    });
    await page.getByRole('button', { name: '查看请求体' }).first().click();
    await page.locator('.rejected pre').waitFor();

    await expectAccessible(page);
    expect(await page.evaluate(() => document.querySelector('main')?.scrollWidth)).toBeLessThanOrEqual(width);
  });
});
