import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { jobsOf, type RecordedCall, serializeJob } from '../../shared/recordings/job.ts';
import { expectAccessible } from '../support/axe.ts';
import { startBrowsing } from '../support/chromium.ts';
import { callAt, post, sqs } from '../support/pipeline.ts';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';
import { eventually } from '../support/until.ts';

const { signIn } = startBrowsing();

let server: RecordingServer;
beforeAll(async () => {
  server = await startRecordingServer();
});
afterAll(() => server.stop());

const START = Date.parse('2026-11-20T06:30:55.000Z');
const at = (seconds: number) => START + seconds * 1000;
const hrefOf = (pk: string) => `/call?pk=${encodeURIComponent(pk)}`;

let calls = 0;
/** Stores a call of Call Center with these fields, and answers its key. */
const storeCc = async (fields: object = {}): Promise<string> => {
  calls += 1;
  const callId = `page-call-${calls}`;
  await post('cc', { ...ANSWERED, callId, caller: `8525555${String(calls).padStart(4, '0')}`, ...fields });
  await callAt(`cc#${callId}`);
  return `cc#${callId}`;
};

const ANSWERED = {
  direction: 0,
  callee: '85255500900',
  agentName: 'fang.cheng',
  agentNickName: 'Fang Cheng',
  startTime: at(0),
  inQueueTime: at(3),
  outQueueTime: at(9),
  ringTime: at(9),
  answerTime: at(12),
  endTime: at(264),
  callDuration: 252,
  hangupCode: 1002,
};

const stateOf = (recording: unknown) => (recording as { state: string } | undefined)?.state;

/**
 * Has the archiver fetch the recordings of a call; it is off on this stack, since samples name
 * hosts of others.
 */
const archive = async (pk: string): Promise<void> => {
  const { RecordingsQueue } = inject('stack').queueUrls;
  for (const job of jobsOf((await callAt(pk)) as RecordedCall)) {
    await sqs.send(new SendMessageCommand({ QueueUrl: RecordingsQueue, MessageBody: serializeJob(job) }));
  }
};

const opened = (page: Page) => page.getByRole('article');
const shown = (page: Page, text: string | RegExp) => opened(page).getByText(text).first().waitFor();

describe('an open call', () => {
  test('shows the parties, the time, the result and the timeline', async () => {
    const { page, errors } = await signIn(hrefOf(await storeCc({ caller: '+85255500142' })));
    await page.getByRole('heading', { level: 1, name: '+85255500142' }).waitFor();

    await shown(page, 'Answered by Fang Cheng after 12 s, talked 4:12, hung up by the customer');
    const timeline = page.getByRole('region', { name: 'Timeline' });
    const bar = await timeline.getByRole('img').getAttribute('aria-label');
    expect(bar?.replace(/\s/g, ' ')).toBe('IVR menu 3 s, Queue 6 s, Ringing 3 s, Talk 4:12');
    const moments = (await timeline.getByRole('listitem').allInnerTexts()).slice(4);
    expect(moments.map((text) => text.replace(/\s+/g, ' '))).toEqual([
      '14:30:55 Started',
      '14:30:58 +3 s Entered the queue',
      '14:31:04 +9 s Left the queue, Ringing',
      '14:31:07 +12 s Answered by Fang Cheng',
      '14:35:19 +4:24 Hung up by the customer',
    ]);
    expect(errors).toEqual([]);
  });

  test('is drawn to scale', async () => {
    const { page } = await signIn(hrefOf(await storeCc()));
    await shown(page, 'Hung up by the customer');
    const widths = await page
      .locator('.segment')
      .evaluateAll((all) => all.map((segment) => segment.getBoundingClientRect().width));
    const whole = widths.reduce((sum, width) => sum + width, 0);

    expect(widths).toHaveLength(4);
    for (const [n, seconds] of [3, 6, 3, 252].entries()) {
      expect((widths[n] ?? 0) / whole).toBeCloseTo(seconds / 264, 1);
    }
  });

  test('is shown in Chinese', async () => {
    const { page } = await signIn(hrefOf(await storeCc()));
    await shown(page, 'Hung up by the customer');
    await page.getByRole('radio', { name: '中文' }).check();

    await shown(page, '12 秒后由 Fang Cheng 接听，通话 4:12，客户挂断');
    await shown(page, '排队');
  });

  test('updates while it is in progress, without a reload', async () => {
    const event = (state: number, secondsAgo: number) =>
      post('predictive', {
        uuid: 'page-live',
        callphone: '81255500429',
        type: 2,
        state,
        time: Date.now() - secondsAgo * 1000,
      });
    await event(1, 30);
    await callAt('predictive#page-live');
    const { page } = await signIn(hrefOf('predictive#page-live'));
    await shown(page, 'Ringing');
    await event(3, 5);

    await shown(page, 'The customer is waiting for an agent');
    await shown(page, 'Customer answered');
  });

  test('explains unreadable fields in plain words', async () => {
    await post('icc', { data: { id: 'page-issue', callType: 1, acw: 'long', communicateBeginTime: at(0) } });
    await callAt('icc#page-issue');
    const { page } = await signIn(hrefOf('icc#page-issue'));

    await shown(page, 'One field could not be read');
    await shown(page, 'is not a duration of 0 to 604,800 seconds');
  });

  test('has the agent’s form, the way through the menu and the keys', async () => {
    const expansionFields = JSON.stringify([
      { name: '通话小结', value: [{ summary: '业务咨询' }] },
      { name: '服务备注', value: '' },
    ]);
    const data = { id: 'page-form', callType: 1, digitUrl: '开始>转人工', expansionFields };
    await post('icc', { data });
    await callAt('icc#page-form');
    const { page } = await signIn(hrefOf('icc#page-form'));

    await shown(page, '业务咨询');
    await shown(page, 'left empty');
    expect(await page.locator('.steps li').allInnerTexts()).toEqual(['开始', '转人工']);
    await page.goto(hrefOf(await storeCc({ dtmfKeys: '1,#' })));
    await opened(page).waitFor();
    expect(await page.locator('.keys kbd').allInnerTexts()).toEqual(['1', '#']);
  });

  test("shows a provider's markup as text, and opens no link that is code", async () => {
    const pk = await storeCc({
      agentNickName: '<img src=x onerror=alert(1)>',
      recordUrl: 'javascript:alert(1)',
    });
    const { page, errors } = await signIn(hrefOf(pk));

    await shown(page, '<img src=x onerror=alert(1)>');
    await shown(page, 'It is not archived here.');
    expect(await opened(page).locator('a[href^="javascript"], img').count()).toBe(0);
    expect(errors).toEqual([]);
  });

  test('copies its number with one click', async () => {
    const { page, context } = await signIn(hrefOf(await storeCc({ caller: '+85255500143' })));
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('heading', { level: 1 }).getByRole('button').click();

    await eventually(async () =>
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('+85255500143'),
    );
  });
});

describe('the recordings of a call', () => {
  /** A call of which the archiver has fetched the recording. */
  const storeRecorded = async (): Promise<string> => {
    const pk = await storeCc({ recordUrl: server.url('/tone'), callDuration: 4, endTime: at(16) });
    await archive(pk);
    await callAt(pk, ({ recording }) => stateOf(recording) === 'archived');
    return pk;
  };
  // The position is set before there is anything to play.
  const isPlaying = (page: Page) =>
    page
      .locator('audio')
      .evaluate((audio: HTMLAudioElement) => !audio.paused && audio.readyState >= 3 && audio.currentTime > 0);

  test('play, seek and pause', async () => {
    const { page, errors } = await signIn(hrefOf(await storeRecorded()));
    await page.getByRole('button', { name: 'Play Recording' }).click();
    await eventually(async () => expect(await isPlaying(page)).toBe(true));
    await shown(page, '/ 0:30');
    const position = page.getByRole('slider', { name: 'Position in Recording' });
    await position.fill('20');
    await eventually(async () => expect(Number(await position.inputValue())).toBeGreaterThan(20));
    await page.getByRole('button', { name: 'Pause Recording' }).click();

    await page.getByRole('button', { name: 'Play Recording' }).waitFor();
    expect(await isPlaying(page)).toBe(false);
    expect(errors).toEqual([]);
  });

  test('are requested again when the link has expired, and continue where they were', async () => {
    const { page } = await signIn(hrefOf(await storeRecorded()));
    const asked: string[] = [];
    await page.route('**/api/recording?*', async (route) => {
      asked.push(route.request().url());
      const response = await route.fetch();
      const { url } = await response.json();
      await route.fulfill({ json: { url: asked.length === 1 ? url.replace('.wav', '.gone') : url } });
    });
    await page.getByRole('slider').fill('3');
    await page.getByRole('button', { name: 'Play Recording' }).click();

    await eventually(async () => expect(await isPlaying(page)).toBe(true));
    expect(asked).toHaveLength(2);
    expect(Number(await page.getByRole('slider').inputValue())).toBeGreaterThanOrEqual(3);
  });

  test('say that they cannot be played, and can be retried', async () => {
    const { page } = await signIn(hrefOf(await storeRecorded()));
    await page.route('**/recordings/**', (route) => route.fulfill({ status: 200, body: 'no audio' }));
    await page.getByRole('button', { name: 'Play Recording' }).click();
    await page.getByText('It cannot be played at the moment.').waitFor();
    await page.unroute('**/recordings/**');
    await page.getByRole('button', { name: 'Try again' }).click();

    await eventually(async () => expect(await isPlaying(page)).toBe(true));
    expect(await page.getByText('It cannot be played at the moment.').count()).toBe(0);
  });

  test('include both legs of a PNS call, one of which is the call’s', async () => {
    const leg = (callType: number, path: string) => ({
      callType,
      callStartAt: START,
      callFinishAt: at(30),
      callRecordFile: server.url(path),
    });
    await post('pns', { callId: 'page-legs', legList: [leg(1, '/tone'), leg(2, '/small')] });
    const pk = 'pns#call:page-legs';
    await archive(pk);
    await callAt(pk, ({ recording, legs }) =>
      [recording, (legs as { recording?: object }[])[1]?.recording].every(
        (one) => stateOf(one) === 'archived',
      ),
    );
    const { page } = await signIn(hrefOf(pk));
    await page.getByRole('button', { name: 'Play Callee leg' }).waitFor();
    await page.getByRole('button', { name: 'Play Caller leg' }).click();

    await eventually(async () =>
      expect(
        await page
          .locator('audio')
          .evaluateAll((all) => all.map((one) => (one as HTMLAudioElement).currentTime > 0)),
      ).toEqual([true, false]),
    );
  });

  test('are downloaded unchanged', async () => {
    const pk = await storeRecorded();
    const { page } = await signIn(hrefOf(pk));
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download Recording' }).click();
    const chunks: Buffer[] = [];
    for await (const chunk of await (await download).createReadStream()) chunks.push(chunk as Buffer);

    expect((await download).suggestedFilename()).toBe(`${pk.replace('#', '-')}.wav`);
    expect(Buffer.concat(chunks).equals(server.fileOf('/tone'))).toBe(true);
  });

  test('say why they are not available yet, or never will be', async () => {
    const link = server.url('/gone');
    const pk = await storeCc({ recordUrl: link, leaveMsgUrl: server.url('/html') });
    await archive(pk);
    await callAt(
      pk,
      ({ recording, voicemail }) => stateOf(recording) === 'waiting' && stateOf(voicemail) === 'failed',
    );
    const { page } = await signIn(hrefOf(pk));

    await shown(
      page,
      'It could not be copied from NXCloud yet: the server answered 404. It will be retried.',
    );
    await shown(page, 'It could not be copied from NXCloud: the file is not a recording.');
    expect(await page.getByRole('link', { name: 'Open at NXCloud' }).first().getAttribute('href')).toBe(link);
  });
});

describe('the bodies of a call', () => {
  test('are shown readable without a lost digit, and exactly as received', async () => {
    const body = '{"callId":"page-raw", "taskId": 1688363452814331904123,\n"mos":4.420, "callDuration":7}';
    await post('cc', body);
    await callAt('cc#page-raw');
    const { page } = await signIn(hrefOf('cc#page-raw'));
    await page.getByRole('button', { name: 'Show body' }).click();
    const text = page.getByRole('region', { name: /^Body of/ });

    await eventually(async () =>
      expect(await text.innerText()).toBe(
        '{\n  "callId": "page-raw",\n  "taskId": 1688363452814331904123,\n  "mos": 4.420,\n  "callDuration": 7\n}',
      ),
    );
    await page.getByRole('radio', { name: 'As received' }).check();
    expect(await text.innerText()).toBe(body);
  });

  test('name the fields that each changed', async () => {
    const pk = await storeCc();
    const callId = pk.replace('cc#', '');
    await post('cc', { callId, callDuration: 250, intent: 'order' });
    await callAt(pk, ({ versions }) => versions === 2);
    const { page } = await signIn(hrefOf(pk));

    await shown(page, 'Changed: Talk time, Intent');
  });

  test('can be 128 KB long', async () => {
    const other = 'x'.repeat(128 * 1024 - 1000);
    const { page } = await signIn(hrefOf(await storeCc({ other })));
    await page.getByRole('button', { name: 'Show body' }).click();
    const text = page.getByRole('region', { name: /^Body of/ });

    await eventually(async () => expect(await text.innerText()).toContain(other));
    await page.getByRole('button', { name: 'Show all' }).first().click();
  });
});

describe("a customer's other calls", () => {
  test('are listed beside a call, later ones first, and link there and back', async () => {
    const caller = '85255577001';
    const pk = await storeCc({ caller });
    const earlier = await storeCc({ caller, startTime: at(-86_400), endTime: at(-86_300), callDuration: 80 });
    const later = await storeCc({
      caller: callee,
      callee: caller,
      direction: 1,
      startTime: at(86_400),
      hangupCode: 2104,
    });
    const { page } = await signIn(hrefOf(pk));
    await eventually(async () =>
      expect(await page.locator('.neighbours a').allInnerTexts()).toEqual([
        expect.stringMatching(/Outbound · No answer/),
        expect.stringMatching(/This call/),
        expect.stringMatching(/Inbound · 1:20 · Fang Cheng/),
      ]),
    );
    const links = await page
      .locator('.neighbours a')
      .evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).search));
    expect(links).toEqual([later, pk, earlier].map((key) => hrefOf(key).replace('/call', '')));
    await page.locator('.neighbours a').last().click();

    await shown(page, /talked 1:20/);
    await page.goBack();
    await shown(page, /talked 4:12/);
  });
});
const callee = ANSWERED.callee;

describe('an address of a call', () => {
  test.each([
    ['/call?pk=cc%23nobody', 'This call does not exist'],
    ['/call?pk=nonsense', 'This call does not exist'],
    ['/call', 'Which call?'],
  ])('%s says: %s', async (href, text) => {
    const { page } = await signIn(href);

    await page.getByRole('heading', { name: text }).waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL('**/calls');
  });

  test('is retried when the API failed', async () => {
    const pk = await storeCc();
    const { page } = await signIn('/calls');
    await page.route('**/api/call?*', (route) => route.abort());
    await page.goto(hrefOf(pk));
    await page.getByText('The server cannot be reached.').waitFor();
    await page.unroute('**/api/call?*');
    await page.getByRole('button', { name: 'Try again' }).click();

    await shown(page, 'Hung up by the customer');
  });
});

describe('beside the list', () => {
  test('a call opens, the next one by a key, and closes by Esc', async () => {
    const caller = '85255577002';
    const older = await storeCc({ caller, callDuration: 61 });
    const newer = await storeCc({
      caller,
      startTime: at(600),
      answerTime: at(601),
      endTime: at(700),
      callDuration: 99,
    });
    const { page } = await signIn(`/calls?q=${caller}&period=90d`);
    await page.locator(`a[data-pk="${newer}"]`).click();
    await shown(page, /talked 1:39/);
    expect(new URL(page.url()).searchParams.get('call')).toBe(newer);
    await page.keyboard.press('j');
    await shown(page, /talked 1:01/);
    expect(new URL(page.url()).searchParams.get('call')).toBe(older);
    await page.keyboard.press('k');
    await shown(page, /talked 1:39/);
    await opened(page).getByRole('button', { name: 'Show body' }).click();
    await page.keyboard.press('Escape');

    await opened(page).waitFor({ state: 'detached' });
    expect(new URL(page.url()).search).toBe(`?q=${caller}&period=90d`);
  });
});

const LONG = {
  agentNickName: 'Wolfeschlegelsteinhausenbergerdorff-Montgomery-Featherstonehaugh of the Night Shift',
  callee: 'NX09445G000025-a-very-long-trunk-name-without-any-break-0123456789@203.0.113.9:5060',
  orderId: '1688363452814331904168836345281433190416883634528143319041688363452814331904',
  intent: '转人工-成功'.repeat(30),
  recordUrl: `https://recordings.example/${'long'.repeat(60)}`,
  dtmfKeys: '1,2,3,4,5,6,7,8,9,0,*,#,1,2,3,4,5,6,7,8,9',
};

test.each([360, 375, 768, 1440])('a call with long names fits a page of %d px', async (width) => {
  const { page } = await signIn(hrefOf(await storeCc(LONG)), { viewport: { width, height: 740 } });
  await shown(page, 'Hung up by the customer');
  await page.getByRole('button', { name: 'Show body' }).click();
  await page.getByRole('region', { name: /^Body of/ }).waitFor();

  const outside = await page.evaluate(() => {
    const edge = document.documentElement.clientWidth;
    return [...document.querySelectorAll('article *')]
      .filter((element) => element.getBoundingClientRect().right > edge + 0.5)
      .map((element) => element.outerHTML.slice(0, 80));
  });
  expect(outside).toEqual([]);
  const legend = await page
    .locator('.legend li')
    .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON()));
  expect(legend).toHaveLength(4);
  for (const [n, one] of legend.entries()) {
    for (const other of legend.slice(n + 1)) {
      expect(one.right <= other.left || one.bottom <= other.top, JSON.stringify([one, other])).toBe(true);
    }
  }
});

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  test.each([
    ['on a page', (pk: string) => hrefOf(pk)],
    ['beside the list', (pk: string) => `/calls?call=${encodeURIComponent(pk)}`],
  ])('axe finds no violation in a call %s', async (_where, href) => {
    const links = { recordUrl: server.url('/tone'), leaveMsgUrl: server.url('/html') };
    const pk = await storeCc({ ...LONG, ...links, mos: 'bad' });
    await archive(pk);
    await callAt(
      pk,
      ({ recording, voicemail }) => stateOf(recording) === 'archived' && stateOf(voicemail) === 'failed',
    );
    const { page } = await signIn(href(pk), { colorScheme });
    await shown(page, 'One field could not be read');
    await page.getByRole('button', { name: 'Show body' }).click();
    await page.getByRole('region', { name: /^Body of/ }).waitFor();

    await expectAccessible(page);
  });
});
