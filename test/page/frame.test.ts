import { describe, expect, test } from 'vitest';
import { expectAccessible } from '../support/axe.ts';
import { startBrowsing } from '../support/chromium.ts';

const { signIn } = startBrowsing();

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  test.each(['/calls', '/call', '/reports', '/status'])('axe finds no violation in %s', async (path) => {
    const { page } = await signIn(path, { colorScheme });
    await page.getByRole('heading', { level: 1 }).waitFor();

    await expectAccessible(page);
  });
});

test('the language is changed in place, and remembered', async () => {
  const { page } = await signIn('/reports');
  await page.getByRole('radio', { name: '中文' }).check();
  await page.getByRole('heading', { name: '报表', level: 1 }).waitFor();
  await page.reload();

  // The frame is there before the page has signed in again, by a redirect.
  await page.getByRole('button', { name: '退出登录' }).waitFor();
  expect(await page.evaluate(() => ({ ...localStorage, lang: document.documentElement.lang }))).toEqual({
    language: 'zh',
    lang: 'zh-CN',
  });
});
