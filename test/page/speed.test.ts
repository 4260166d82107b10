import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { beforeAll, expect, inject, test } from 'vitest';
import { itemOf } from '../../shared/calls/item.ts';
import { callOf } from '../support/calls.ts';
import { startBrowsing } from '../support/chromium.ts';
import { dynamodb } from '../support/pipeline.ts';

const { callsTable } = inject('stack');
const { open, signIn } = startBrowsing();

const CALLS = 5_000;
const CALLEE = '85291234567';

// As the projector would write them, without waiting for it.
beforeAll(async () => {
  const now = Math.floor(Date.now() / 1000);
  const requests = Array.from({ length: CALLS }, (_, n) => {
    const startAt = now - 600 - n * 60;
    const body = {
      callId: `speed-${n}`,
      caller: `8525${n + 1e6}`,
      callee: CALLEE,
      startAt,
      duration: n % 600,
    };
    const item = { ...itemOf(callOf('pns', body)), rev: 1 };
    return { PutRequest: { Item: marshall(item, { removeUndefinedValues: true }) } };
  });
  for (let n = 0; n < CALLS; n += 25) {
    await dynamodb.send(
      new BatchWriteItemCommand({ RequestItems: { [callsTable]: requests.slice(n, n + 25) } }),
    );
  }
});

test('from a cold page to its first row', async () => {
  const { page } = await open();
  // The provider's own page, where somebody has to click, is no part of it.
  await page.goto('/calls');
  await page.getByRole('button', { name: 'Sign in as local' }).click();
  await page.locator('.body .call').first().waitFor();
  const cold = await page.context().newPage();
  const startedAt = Date.now();
  await cold.goto(`/calls?q=${CALLEE}`, { waitUntil: 'commit' });
  await cold.locator('.body .call').first().waitFor();
  process.stdout.write(`cold page to first row: ${Date.now() - startedAt} ms\n`);

  expect(await cold.locator('.body .call').count()).toBeGreaterThan(10);
});

test(`${CALLS} rows are scrolled through with a few of them drawn at a time`, async () => {
  const { page } = await signIn(`/calls?q=${CALLEE}`);
  await page.locator('.body .call').first().waitFor();
  await expect
    .poll(
      async () => {
        await page.locator('.scroller').evaluate((scroller) => scroller.scrollTo(0, scroller.scrollHeight));
        return page.getByText(`These are all ${CALLS.toLocaleString('en')} calls.`).count();
      },
      { interval: 20 },
    )
    .toBe(1);

  const { drawn, blank, frames } = await page.locator('.scroller').evaluate(async (scroller) => {
    const seen = { drawn: 0, blank: 0, frames: [] as number[] };
    scroller.scrollTo(0, 0);
    let last = performance.now();
    while (scroller.scrollTop + scroller.clientHeight < scroller.scrollHeight - 1) {
      scroller.scrollTop += 900;
      await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
      const rows = [...scroller.querySelectorAll('.body .call')];
      const { top, bottom } = scroller.getBoundingClientRect();
      const visible = rows.filter((row) => {
        const box = row.getBoundingClientRect();
        return box.bottom > top && box.top < bottom;
      });
      seen.drawn = Math.max(seen.drawn, rows.length);
      if (visible.length === 0) seen.blank += 1;
      seen.frames.push((performance.now() - last) / 2);
      last = performance.now();
    }
    return seen;
  });
  const sorted = frames.toSorted((a, b) => a - b);
  const at = (part: number) => (sorted[Math.floor(sorted.length * part)] ?? 0).toFixed(1);
  process.stdout.write(
    `scrolling through ${CALLS} rows: ${at(0.5)} ms a frame, ${at(0.95)} ms for one in twenty, ${drawn} rows drawn at most\n`,
  );

  expect(drawn).toBeLessThan(80);
  expect(blank).toBe(0);
});
