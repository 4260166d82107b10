import { randomInt } from 'node:crypto';
import type { Page } from 'playwright-core';
import { expect, inject, test } from 'vitest';
import { expectAccessible } from '../support/axe.ts';
import { startBrowsing } from '../support/chromium.ts';
import { sendCall } from '../support/made-up-calls.ts';

const { open, signIn } = startBrowsing();
const { issuer } = inject('stack');

const ownNumber = (): string => `8526${randomInt(1_000_000, 9_999_999)}`;
const rows = (page: Page) => page.locator('.body .call');
const CALLS = '**/api/calls?*';

/** Opens the calls of a number of which there is one, with the API behind `meanwhile`. */
const openWith = async (meanwhile: (page: Page) => Promise<unknown>) => {
  const caller = ownNumber();
  await sendCall({ callId: `test-${caller}`, caller });
  const opened = await open();
  await meanwhile(opened.page);
  await opened.page.goto(`/calls?q=${caller}`);
  await opened.page.getByRole('button', { name: 'Sign in as local' }).click();
  return opened;
};

test('the page waits for a slow API, with a message after a while', async () => {
  const answers = Promise.withResolvers<void>();
  const { page } = await openWith((one) =>
    one.route(CALLS, async (route) => {
      await answers.promise;
      await route.continue();
    }),
  );
  await page.getByRole('status', { name: 'Loading' }).waitFor();
  await page.getByText('This takes longer than usual').waitFor();
  await expectAccessible(page);
  answers.resolve();

  await rows(page).waitFor();
  expect(await page.getByText('This takes longer than usual').count()).toBe(0);
});

test('the page retries a failing API by itself, then by a button', async () => {
  let failures = 0;
  let isUp = false;
  const { page } = await openWith((one) =>
    one.route(CALLS, (route) => {
      if (isUp) return route.continue();
      failures += 1;
      return route.fulfill({ status: 503, headers: { 'retry-after': '1' }, json: { error: 'unavailable' } });
    }),
  );
  await page.getByText('The calls cannot be read at the moment.').waitFor();
  expect(failures).toBeGreaterThanOrEqual(3);
  await expectAccessible(page);
  isUp = true;
  await page.getByRole('button', { name: 'Try again' }).click();

  await rows(page).waitFor();
  await expect.poll(() => page.getByText('The calls cannot be read at the moment.').count()).toBe(0);
});

test('the view stays when the connection is lost, and updates when it is back', async () => {
  const { page, context } = await openWith(async () => {});
  await rows(page).waitFor();
  await context.setOffline(true);
  await page.getByText('The server cannot be reached.').waitFor();
  expect(await rows(page).count()).toBe(1);
  await context.setOffline(false);

  await expect.poll(() => page.getByText('The server cannot be reached.').count()).toBe(0);
});

test('a request that the API refuses is named', async () => {
  const { page } = await signIn('/calls?minTalk=-5');

  await page.getByText('minTalk must be a whole number from 0 to 604800').waitFor();
});

test('an expired token is renewed silently', async () => {
  let refused = 0;
  const { page, errors } = await openWith((one) =>
    one.route(CALLS, (route) => {
      refused += 1;
      return refused === 1
        ? route.fulfill({ status: 401, json: { message: 'Unauthorized' } })
        : route.continue();
    }),
  );
  await rows(page).waitFor();

  expect(errors.filter((text) => !text.includes('401'))).toEqual([]);
});

test('a session that has ended comes back to the same view after signing in again', async () => {
  const { page, context } = await openWith(async () => {});
  await rows(page).waitFor();
  const address = page.url();
  await context.clearCookies();
  await page.route(CALLS, (route) => route.fulfill({ status: 401, json: { message: 'Unauthorized' } }));
  await page.route(`${issuer}/token`, (route) =>
    route.fulfill({
      status: 400,
      headers: { 'access-control-allow-origin': '*' },
      json: { error: 'invalid_grant' },
    }),
  );
  await page.getByText('Your session has ended. Sign in again to continue.').waitFor();
  expect(await rows(page).count()).toBe(1);
  await expectAccessible(page);
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Sign in again' }).click();
  await page.getByRole('button', { name: 'Sign in as local' }).click();

  await rows(page).waitFor();
  expect(page.url()).toBe(address);
});

test('an account that may not read calls gets an explanation', async () => {
  const { page } = await openWith((one) =>
    one.route(CALLS, (route) => route.fulfill({ status: 403, json: { error: 'forbidden' } })),
  );

  await page.getByText('This account is not allowed to read calls.').waitFor();
});

test('a refusal of the provider is shown, and can be retried', async () => {
  const { page } = await open();
  await page.route(`${issuer}/token`, (route) =>
    route.fulfill({
      status: 400,
      headers: { 'access-control-allow-origin': '*' },
      json: { error: 'invalid_request', error_description: 'this is a test' },
    }),
  );
  await page.goto('/calls');
  await page.getByRole('button', { name: 'Sign in as local' }).click();
  await page.getByText('The sign-in failed.').waitFor();
  await expectAccessible(page);
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Try again' }).click();

  await page.getByRole('heading', { name: 'Calls', level: 1 }).waitFor();
});

test('a view whose code was replaced by a deployment can be reloaded', async () => {
  const { page } = await signIn('/calls');
  await page.getByText('local@localhost').first().waitFor();
  await page.route('**/assets/status-view-*', (route) => route.fulfill({ status: 404, body: 'Not found' }));
  await page.getByRole('link', { name: 'Status' }).click();
  await page.getByText('The page has been updated.').waitFor();
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Reload' }).click();

  await page.getByRole('heading', { name: 'Status', level: 1 }).waitFor();
});
