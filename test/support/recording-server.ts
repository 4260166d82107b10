import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { BEGINNINGS, recording } from './audio.ts';
import { toneOf } from './tone.ts';

/** A host of recordings on this machine, which plays a trick at each path. */
export type RecordingServer = {
  url: (path: string) => string;
  /** What was asked of a path so far. */
  requests: (path: string) => IncomingMessage[];
  /** What a path really has. */
  fileOf: (path: string) => Buffer;
  stop: () => Promise<void>;
};

const SMALL = recording(200_001);
// Three parts of an upload, the last of them small.
const LARGE = recording(11_000_003, BEGINNINGS.wav);
const FILES: Record<string, Buffer> = {
  '/large': LARGE,
  '/large-chunked': LARGE,
  // Just over one part of an upload.
  '/5-mb': recording(5_300_000),
  '/tiny': recording(64),
  '/amr': recording(5_000, BEGINNINGS.amr),
  '/ogg': recording(70_000, BEGINNINGS.ogg),
  '/m4a': recording(4_100, BEGINNINGS.m4a),
  // What a browser can play.
  '/tone': toneOf(30),
};
const fileOf = (path: string): Buffer => FILES[path] ?? SMALL;

const MP3 = { 'content-type': 'audio/mpeg' };
const whole = (file: Buffer) => ({ ...MP3, 'content-length': file.length });

type Trick = (response: ServerResponse, request: IncomingMessage, before: number) => unknown;

const redirect =
  (location: string, status = 302): Trick =>
  (response) =>
    response.writeHead(status, { location, 'set-cookie': 'session=secret' }).end();

const answer =
  (status: number, body: Buffer | string = '', headers = {}): Trick =>
  (response) =>
    response.writeHead(status, headers).end(body);

const cutAfter =
  (bytes: number, headers: object, file = SMALL): Trick =>
  async (response) => {
    response.writeHead(200, { ...headers });
    response.write(file.subarray(0, bytes), () => response.destroy());
  };

function* endless() {
  yield SMALL;
  for (;;) yield LARGE;
}

const TRICKS: Record<string, Trick> = {
  '/chunked': (response) => response.writeHead(200, MP3).end(SMALL),
  '/large-chunked': (response) => response.writeHead(200, MP3).end(LARGE),
  '/slow': async (response) => {
    response.writeHead(200, whole(SMALL));
    for (let at = 0; at < SMALL.length; at += 50_000) {
      response.write(SMALL.subarray(at, at + 50_000));
      await sleep(20);
    }
    response.end();
  },
  '/byte-by-byte': async (response) => {
    response.writeHead(200, whole(SMALL));
    for (let at = 0; at < 100; at++) {
      response.write(SMALL.subarray(at, at + 1));
      await sleep(1);
    }
    response.end(SMALL.subarray(100));
  },
  '/amr': (response) => response.writeHead(200).end(fileOf('/amr')),
  '/octets': answer(200, SMALL, { 'content-type': 'application/octet-stream' }),
  '/late': (response, request, before) => answer(before < 2 ? 404 : 200, SMALL, MP3)(response, request, 0),
  '/redirect': redirect('/small'),
  '/redirect-307': redirect('/small', 307),
  '/redirects': redirect('/redirect'),
  '/forbidden': answer(403),
  '/gone': answer(404, 'not found'),
  '/broken': answer(500),
  '/range': answer(206, SMALL.subarray(0, 100), { ...MP3, 'content-range': `bytes 0-99/${SMALL.length}` }),
  '/nothing': answer(204),
  '/empty': answer(200, '', MP3),
  '/cut': cutAfter(100_000, whole(SMALL)),
  '/cut-chunked': cutAfter(100_000, MP3),
  '/cut-large': cutAfter(10_900_000, whole(LARGE), LARGE),
  '/cut-in-head': cutAfter(10, whole(SMALL)),
  '/lying-longer': ({ socket }) => {
    socket?.end(Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 300000\r\n\r\n'), SMALL]));
  },
  '/stops': (response) => {
    response.writeHead(200, whole(SMALL));
    response.write(SMALL.subarray(0, 100_000));
  },
  '/never': () => {},
  '/drip': async (response) => {
    response.writeHead(200, whole(SMALL));
    for (let at = 0; !response.destroyed; at++) {
      response.write(SMALL.subarray(at, at + 1));
      await sleep(200);
    }
  },
  '/too-long': (response) => {
    response.writeHead(200, { ...MP3, 'content-length': 200 * 2 ** 20 + 1 });
    response.write(SMALL);
  },
  '/endless': (response) => {
    response.writeHead(200, MP3);
    pipeline(endless(), response, () => {});
  },
  '/html': answer(200, '<!doctype html>', { 'content-type': 'text/html' }),
  '/html-as-mp3': answer(200, '<!doctype html><title>Sign in</title>', MP3),
  '/mp3-as-html': answer(200, SMALL, { 'content-type': 'text/html' }),
  '/gzip': answer(200, gzipSync(SMALL), { ...MP3, 'content-encoding': 'gzip' }),
  '/gzip-as-mp3': answer(200, gzipSync(SMALL), MP3),
  '/metadata': redirect('http://169.254.169.254/latest/meta-data/iam/security-credentials/'),
  '/task': redirect('https://169.254.170.2/v2/credentials/'),
  '/private': redirect('https://10.0.0.1/small'),
  '/mapped': redirect('https://[::ffff:a9fe:a9fe]/'),
  '/downgrade': redirect('http://93.184.216.34/small.mp3'),
  '/file': redirect('file:///etc/passwd'),
  '/user': redirect('//user:secret@127.0.0.1/small'),
  '/loop': redirect('/loop'),
};

export const startRecordingServer = async (): Promise<RecordingServer> => {
  const asked = new Map<string, IncomingMessage[]>();
  const requests = (path: string) => asked.get(path) ?? [];
  const server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    const before = requests(path);
    asked.set(path, [...before, request]);
    const file = fileOf(path);
    const plain: Trick = () => response.writeHead(200, whole(file)).end(file);
    response.on('error', () => {});
    (TRICKS[path] ?? plain)(response, request, before.length);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: (path) => `http://127.0.0.1:${port}${path}`,
    requests,
    fileOf,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
