import { expect, test } from 'vitest';
import { startBrowsing } from '../support/chromium.ts';

const { open, signIn } = startBrowsing();

test('one click signs in, and the code does not stay in the address', async () => {
  const { page, errors } = await signIn('/calls?direction=inbound');

  await page.getByRole('heading', { name: 'Calls', level: 1 }).waitFor();
  expect(new URL(page.url()).search).toBe('?direction=inbound');
  await page.getByText('local@localhost').first().waitFor();
  expect(errors).toEqual([]);
});

test('a reloaded page is signed in without a click', async () => {
  const { page } = await signIn('/reports');
  await page.reload();
  await page.getByText('local@localhost').first().waitFor();

  expect(new URL(page.url()).pathname).toBe('/reports');
});

test('signing out is confirmed, and lasts when the page is reloaded', async () => {
  const { page } = await signIn('/calls');
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('You are signed out.').waitFor();
  await page.reload();

  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('button', { name: 'Sign in as local' }).waitFor();
});

test('no token is kept where another page or a later visit could read it', async () => {
  const { page } = await signIn('/calls');
  await page.getByText('local@localhost').first().waitFor();

  const kept = await page.evaluate(() => ({ local: { ...localStorage }, session: { ...sessionStorage } }));
  expect(kept).toEqual({ local: {}, session: {} });
});

test('an address that somebody else made signs nobody in', async () => {
  const { page } = await open();
  await page.goto('/signed-in?code=stolen&state=made-up');

  await page.getByRole('button', { name: 'Sign in as local' }).waitFor();
});
