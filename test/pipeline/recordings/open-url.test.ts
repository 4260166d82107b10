import type { LookupAddress } from 'node:dns';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseHosts } from '../../../shared/recordings/hosts.ts';
import { type OpenOptions, openUrl } from '../../../shared/recordings/open-url.ts';
import { type RecordingServer, startRecordingServer } from '../../support/recording-server.ts';
import { startUnreachable } from '../../support/unreachable.ts';

let server: RecordingServer;
beforeAll(async () => {
  server = await startRecordingServer();
});
afterAll(() => server.stop());

/** A name server that gives another address each time. */
const rebinding = (...addresses: string[]) => {
  const asked: string[] = [];
  const lookup = (name: string, _: object, done: (error: null, found: LookupAddress[]) => void) => {
    const address = addresses[asked.push(name) - 1] ?? '169.254.169.254';
    done(null, [{ address, family: 4 }]);
  };
  return { asked, lookup: lookup as unknown as NonNullable<OpenOptions['lookup']> };
};

const open = (url: string, options: Partial<OpenOptions> = {}) =>
  openUrl(url, { isHost: () => true, takesLoopback: true, signal: AbortSignal.timeout(60_000), ...options });

const named = (host: string, path: string): string => server.url(path).replace('127.0.0.1', host);

test('a name is looked up once for each request, and the checked address is the one that is used', async () => {
  const { asked, lookup } = rebinding('127.0.0.1');
  const response = await open(named('record.example.com', '/small'), { lookup });
  response.destroy();

  expect(response.statusCode).toBe(200);
  expect(asked).toEqual(['record.example.com']);
});

test('a name that has moved to a private address by the time of a redirect is refused', async () => {
  const { lookup } = rebinding('127.0.0.1', '10.0.0.1');

  await expect(open(named('record.example.com', '/redirect'), { lookup })).rejects.toThrow(
    'refused: its address is not public',
  );
});

test('a redirect to a host that is not in RECORDING_HOSTS is refused', async () => {
  const isHost = parseHosts('localhost');

  await expect(open(named('localhost', '/metadata'), { isHost })).rejects.toThrow(
    'refused: RECORDING_HOSTS does not have its host',
  );
  const response = await open(named('localhost', '/redirect'), { isHost });
  response.destroy();
  expect(response.statusCode).toBe(200);
});

test('this machine is refused without takesLoopback', async () => {
  await expect(open(server.url('/small'), { takesLoopback: false })).rejects.toThrow(
    'refused: it is not https',
  );
});

test('an answer that does not begin is given up', async () => {
  await expect(open(server.url('/never'), { headersMs: 100 })).rejects.toMatchObject({
    isFinal: false,
    message: 'no answer within 0.1 s',
  });
});

test('a host that does not accept the connection is given up', async () => {
  const unreachable = await startUnreachable();
  const opened = open(`http://127.0.0.1:${unreachable.port}/`, { headersMs: 200 });

  await expect(opened).rejects.toThrow('no answer within 0.2 s');
  unreachable.stop();
});

test('an answer that stops in the middle is given up', async () => {
  const response = await open(server.url('/stops'), { idleMs: 100 });

  await expect(text(response)).rejects.toMatchObject({
    isFinal: false,
    message: 'it stopped for 0.1 s in the middle',
  });
});

test('a name server that does not answer is given up', async () => {
  const lookup = (() => {}) as unknown as NonNullable<OpenOptions['lookup']>;

  await expect(open('https://record.example.com/', { lookup, headersMs: 100 })).rejects.toThrow(
    'no answer within 0.1 s',
  );
});

test('everything ends with the signal', async () => {
  const signal = AbortSignal.timeout(100);

  await expect(open(server.url('/never'), { signal })).rejects.toThrow('it took too long');
});
