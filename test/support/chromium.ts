import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, inject } from 'vitest';
import { launchBrowser } from '../../fixtures/browser.ts';

type Options = Parameters<Browser['newContext']>[0];

/** A person's browser that is fresh in each test, and what they see: nobody is signed in yet. */
export const startBrowsing = () => {
  let browser: Browser;
  const contexts: BrowserContext[] = [];
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });

  /**
   * A page in a context that nobody has used; `errors` are what its console and its scripts
   * complained about.
   */
  const open = async (
    options: Options = {},
  ): Promise<{ page: Page; errors: string[]; context: BrowserContext }> => {
    const context = await browser.newContext({
      baseURL: new URL(inject('stack').apiUrl).origin,
      locale: 'en-GB',
      timezoneId: 'Asia/Hong_Kong',
      viewport: { width: 1440, height: 900 },
      ...options,
    });
    contexts.push(context);
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const errors: string[] = [];
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    page.on('pageerror', (error) => errors.push(String(error)));
    return { page, errors, context };
  };

  /** The page at an address, after the one click that signs in. */
  const signIn = async (path = '/', options: Options = {}) => {
    const opened = await open(options);
    await opened.page.goto(path);
    await opened.page.getByRole('button', { name: 'Sign in as local' }).click();
    await opened.page.waitForURL((url) => url.pathname !== '/signed-in' && url.port === portOf());
    return opened;
  };
  const portOf = () => new URL(inject('stack').apiUrl).port;

  return { open, signIn };
};
