import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../fixtures/browser.ts';
import { freePorts, type Ports } from '../infrastructure/ports.ts';
import { type Stack, startStack } from '../local/stack.ts';
import { SHOTS, type Shot } from './views.ts';

// Pictures of the page with made-up calls, for docs/images. Chinese needs a font that has it, like
// Debian's fonts-noto-cjk.

const ROOT = join(import.meta.dirname, '..');
const IMAGES = join(ROOT, 'docs', 'images');
const SCREEN = { width: 1440, height: 900 };
const PHONE = { width: 375, height: 740 };

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

const run = async (): Promise<void> => {
  mkdirSync(IMAGES, { recursive: true });
  // A zone in which it is afternoon: a contact centre at night has little to show.
  process.env.TIME_ZONE = afternoonZone(new Date());
  const ports = await freePorts();
  say(`Starting a stack, whose clocks are those of ${process.env.TIME_ZONE}`);
  const stack = await startStack({ ports });
  const browser = await launchBrowser();
  try {
    await fillStack(ports);
    const call = await recordedCall(stack);
    for (const shot of SHOTS) await take(browser, stack, shot, call);
  } finally {
    await browser.close();
    await stack.stop();
  }
  say(`${SHOTS.length} pictures are in docs/images.`);
};

const ZONES = [
  ['Asia/Hong_Kong', 8],
  ['Asia/Dubai', 4],
  ['Europe/London', 0],
  ['America/Sao_Paulo', -3],
  ['America/Los_Angeles', -8],
  ['Pacific/Auckland', 12],
] as const;
const AFTERNOON_HOUR = 16;

const afternoonZone = (now: Date): string => {
  const away = (offset: number) => Math.abs(((now.getUTCHours() + offset + 24) % 24) - AFTERNOON_HOUR);
  const [[zone]] = ZONES.toSorted(([, a], [, b]) => away(a) - away(b)) as [(typeof ZONES)[number]];
  return zone;
};

const fillStack = async (ports: Ports): Promise<void> => {
  const env = Object.entries(ports).map(([name, port]) => [`${name.toUpperCase()}_PORT`, String(port)]);
  const demo = spawn(process.execPath, [join(ROOT, 'commands', 'demo.ts')], {
    env: { ...process.env, ...Object.fromEntries(env) },
    stdio: 'inherit',
  });
  const [code] = await once(demo, 'exit');
  if (code !== 0) throw new Error('The demo did not fill the stack.');
};

type Call = {
  pk: string;
  callback: string;
  recording?: { state: string };
  queueSeconds?: number;
  agentName?: string;
};

/** A call with much to show: it waited, an agent answered, and its recording can be played. */
const recordedCall = async ({ apiUrl, issuer }: Stack): Promise<string> => {
  const form = {
    grant_type: 'client_credentials',
    client_id: 'local',
    client_secret: 'local',
    scope: 'calls/read',
  };
  const answer = await fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams(form) });
  const { access_token } = (await answer.json()) as { access_token: string };
  const query = 'callback=cc&direction=inbound&answered=true&recording=true&limit=200';
  const response = await fetch(`${apiUrl}/calls?${query}`, {
    headers: { authorization: `Bearer ${access_token}` },
  });
  const { calls } = (await response.json()) as { calls: Call[] };
  const isArchived = ({ recording, queueSeconds = 0 }: Call) =>
    recording?.state === 'archived' && queueSeconds > 10;
  const call = calls.find(isArchived) ?? calls[0];
  if (call === undefined) throw new Error('The demo has no call with a recording.');
  return call.pk;
};

const take = async (browser: Browser, { apiUrl }: Stack, shot: Shot, call: string): Promise<void> => {
  const { name, path, isPhone = false, language = 'en', theme = 'light' } = shot;
  const context = await browser.newContext({
    baseURL: new URL(apiUrl).origin,
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
    viewport: isPhone ? PHONE : SCREEN,
    colorScheme: theme,
  });
  const page = await context.newPage();
  await page.goto(path.replace('{call}', encodeURIComponent(call)));
  await page.getByRole('button', { name: 'Sign in as local' }).click();
  await shown(page);
  await page.screenshot({ path: join(IMAGES, `${name}.png`), animations: 'disabled' });
  await context.close();
  say(`  ${name}.png`);
};

/** Waits until the view is there with all that it asks for. */
const shown = async (page: Page): Promise<void> => {
  await page.locator('#main').waitFor();
  await page.waitForLoadState('networkidle');
  await page.locator('.skeleton').first().waitFor({ state: 'hidden' });
  await page.evaluate('document.fonts.ready');
};

await run();
