import { beforeAll, describe, expect, inject, test } from 'vitest';
import { expectAccessible } from '../support/axe.ts';
import { startBrowsing } from '../support/chromium.ts';
import { machineToken } from '../support/machine-token.ts';
import { callAt, post } from '../support/pipeline.ts';

const { signIn } = startBrowsing();

const MONDAY = Date.parse('2025-03-10T10:00:00+08:00');
const WEEK_MS = 7 * 86_400_000;

type Made = { at: number; waits: number; talks?: number; agentName?: string; agentNickName?: string };

const ANNA = { agentName: 'anna@example.com', agentNickName: 'Anna' };

const CALLS: Made[] = [
  { at: MONDAY, waits: 5, talks: 60, ...ANNA },
  { at: MONDAY + 60_000, waits: 10, talks: 120, ...ANNA },
  { at: MONDAY + 7_200_000, waits: 60, talks: 30, agentName: '王小明' },
  { at: MONDAY + 7_260_000, waits: 30 },
  { at: MONDAY - WEEK_MS, waits: 5, talks: 60, ...ANNA },
  { at: MONDAY - WEEK_MS, waits: 5, talks: 60, agentName: '王小明' },
];

const bodyOf = ({ at, waits, talks, agentName, agentNickName }: Made, n: number) => {
  const outQueueTime = at + 1_000 * waits;
  const call = {
    callId: `report-${n}`,
    direction: 0,
    caller: '85255500001',
    startTime: at,
    inQueueTime: at,
    outQueueTime,
  };
  return talks === undefined
    ? { ...call, endTime: outQueueTime, hangupCode: 1103 }
    : {
        ...call,
        agentName,
        agentNickName,
        answerTime: outQueueTime,
        endTime: outQueueTime + 1_000 * talks,
        callDuration: talks,
        hangupCode: 1002,
      };
};

beforeAll(async () => {
  await Promise.all(CALLS.map((call, n) => post('cc', bodyOf(call, n))));
  await Promise.all(CALLS.map((_, n) => callAt(`cc#report-${n}`)));
});

const DAY = '/reports?from=2025-03-10&to=2025-03-10';

/** How many calls the API finds with the filters of a link to the calls. */
const callsBehind = async (href: string | null): Promise<number> => {
  const { apiUrl, issuer } = inject('stack');
  const { pathname, searchParams } = new URL(href ?? '', apiUrl);
  expect(pathname).toBe('/calls');
  const response = await fetch(`${apiUrl}/calls?${searchParams}`, {
    headers: { authorization: `Bearer ${await machineToken(issuer)}` },
  });
  return ((await response.json()) as { calls: object[] }).calls.length;
};

test('compares the figures of a day with the same weekday before, each linked to its calls', async () => {
  const { page, errors } = await signIn(DAY);
  const card = (name: string) => page.locator('.cards').getByRole('link', { name });
  await page.getByText('Compared with 3 Mar 2025').waitFor();

  expect(await card('Offered').innerText()).toMatch(/4\s*▲.*100%/s);
  expect(await card('Answered').innerText()).toMatch(/75\.0%\s*▼.*25\.0 points/s);
  expect(await card('Abandoned').innerText()).toMatch(/25\.0%\s*▲.*25\.0 points/s);
  expect(await card('Service level').innerText()).toMatch(/50\.0%\s*▼.*50\.0 points/s);
  expect(await card('Average wait').innerText()).toMatch(/25\ss\s*▲.*20\ss/s);
  expect(await card('Average talk').innerText()).toMatch(/1:10\s*▲.*10\ss/s);
  const behind = async (name: string) => callsBehind(await card(name).getAttribute('href'));
  expect(await Promise.all(['Offered', 'Answered', 'Abandoned', 'Average talk'].map(behind))).toEqual([
    4, 3, 1, 3,
  ]);
  expect(errors).toEqual([]);
});

test('shows the same figures as a chart, whose bars open their calls, and as a table', async () => {
  const { page } = await signIn(DAY);
  const drawn = page.locator('.chart canvas');
  await drawn.waitFor();
  await page.getByRole('button', { name: 'As a table' }).click();
  const ten = page.getByRole('row', { name: 'Mon 10 Mar 10:00' });
  const twelve = page.getByRole('row', { name: 'Mon 10 Mar 12:00' });

  expect(await ten.innerText()).toMatch(/2\s+2\s+0\s+0$/);
  expect(await twelve.innerText()).toMatch(/2\s+1\s+1\s+1$/);
  for (const link of await twelve.getByRole('link').all())
    expect(await callsBehind(await link.getAttribute('href'))).toBe(Number(await link.innerText()));
  await page.getByRole('button', { name: 'As a chart' }).click();
  await drawn.waitFor();
  // Twelve bars, from eight o'clock to seven; the third is that of ten o'clock.
  const { width = 0, height = 0 } = (await page.locator('.chart .u-over').boundingBox()) ?? {};
  await page.locator('.chart .u-over').hover({ position: { x: (2.6 / 12.2) * width, y: height / 2 } });
  await page.locator('.chart .tip').getByText('Mon 10 Mar 10:00').waitFor();
  await page.locator('.chart .u-over').click({ position: { x: (2.6 / 12.2) * width, y: height / 2 } });
  await page.waitForURL((url) => url.pathname === '/calls');
  expect(await callsBehind(page.url())).toBe(2);
});

test('lists agents, who link to their calls, in the order of the chosen column', async () => {
  const { page } = await signIn(DAY);
  const table = page.locator('section', { hasText: 'Agents' }).last();
  const names = async () => table.getByRole('rowheader').allInnerTexts();
  await table.getByRole('rowheader').first().waitFor();

  expect(await names()).toEqual(['Anna', '王小明']);
  expect(await callsBehind(await table.getByRole('link', { name: 'Anna' }).getAttribute('href'))).toBe(2);
  await table.getByRole('button', { name: 'Average talk' }).click();
  expect(await table.getByRole('columnheader', { name: 'Average talk' }).getAttribute('aria-sort')).toBe(
    'descending',
  );
  expect(await names()).toEqual(['Anna', '王小明']);
});

test('names an agent as the list, its menu and the call do', async () => {
  const { page } = await signIn(DAY);
  await page.locator('section', { hasText: 'Agents' }).last().getByRole('link', { name: 'Anna' }).click();
  const rows = page.locator('.body .call');
  await rows.first().waitFor();

  expect(await rows.locator('.agent').allTextContents()).toEqual(['Anna', 'Anna']);
  await page.getByRole('group', { name: 'Filters' }).getByRole('button', { name: 'Anna' }).click();
  await page.getByRole('checkbox', { name: 'Anna' }).waitFor();
  await page.keyboard.press('Escape');
  await rows.first().locator('a').click();
  await page.getByText(/^Answered by Anna after/).waitFor();
});

test('counts the calls that match the filters in its address', async () => {
  const { page } = await signIn(`${DAY}&agent=${encodeURIComponent('name:anna@example.com')}`);
  await page
    .locator('.cards')
    .getByRole('link', { name: 'Offered' })
    .getByText('2', { exact: true })
    .waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).click();

  await page
    .locator('.cards')
    .getByRole('link', { name: 'Offered' })
    .getByText('4', { exact: true })
    .waitFor();
  await page.goBack();
  await page
    .locator('.cards')
    .getByRole('link', { name: 'Offered' })
    .getByText('2', { exact: true })
    .waitFor();
});

test('says that there are no calls, and what to try', async () => {
  const { page } = await signIn('/reports?from=2020-01-01&to=2020-01-02');
  await page.getByText('No calls in this period').waitFor();
  await page.getByRole('link', { name: 'Last 7 days' }).click();

  expect(new URL(page.url()).search).toBe('?period=7d');
});

test('says that a period is too long, and shows the report of a shorter one', async () => {
  const { page } = await signIn('/calls');
  await page.route('**/api/report?*', (route) =>
    route.fulfill({
      status: 400,
      json: { error: 'too_many', issues: [{ path: 'from', message: 'must be later' }] },
    }),
  );
  await page.getByRole('link', { name: 'Reports' }).click();
  await page.getByText('That is too much at once.').waitFor();
  await page.unroute('**/api/report?*');
  await page.getByRole('button', { name: 'Try again' }).click();

  await page.locator('.cards, .empty').first().waitFor();
});

test('says that it takes long when it does', async () => {
  const { page } = await signIn('/calls');
  const asked = Promise.withResolvers<void>();
  await page.route('**/api/report?*', async (route) => {
    await asked.promise;
    await route.continue();
  });
  await page.goto(DAY);
  await page.getByText('This takes longer than usual.').waitFor();
  asked.resolve();

  await page.locator('.cards').waitFor();
});

test('loads the code of charts only for views with charts', async () => {
  const { page } = await signIn('/status');
  const scripts = new Set<string>();
  page.on('response', (response) => /\/assets\/.*\.js$/.test(response.url()) && scripts.add(response.url()));
  const withCharts = async () => {
    const texts = await Promise.all([...scripts].map(async (url) => (await fetch(url)).text()));
    return texts.filter((text) => text.includes('u-cursor-x')).length;
  };
  await page.reload();
  await page.getByText('Connect a product').waitFor();
  expect(scripts.size).toBeGreaterThan(1);
  expect(await withCharts()).toBe(0);
  await page.goto(DAY);
  await page.locator('.chart canvas').waitFor();

  expect(await withCharts()).toBe(1);
});

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  test.each([1440, 375])('axe finds nothing, and nothing is wider than %d px', async (width) => {
    const { page } = await signIn(DAY, { colorScheme, viewport: { width, height: 900 }, locale: 'zh-CN' });
    await page.locator('.chart canvas').waitFor();
    await page.locator('.heat-map').waitFor();
    await page.getByText('通话总数').first().waitFor();

    await expectAccessible(page);
    await page.getByRole('button', { name: '表格' }).click();
    await page.getByRole('button', { name: '指标说明' }).click();
    await expectAccessible(page);
    expect(await page.evaluate(() => document.querySelector('main')?.scrollWidth)).toBeLessThanOrEqual(width);
  });
});
