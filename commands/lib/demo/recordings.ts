import { hash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { SetupError } from '../../../infrastructure/ports.ts';
import { wavOf } from './wav.ts';

const SAMPLE_RATE = 8_000;
const TONES = 24;
const TONE_SAMPLES = 2_400;
// A pentatonic scale, so that two voices sound like a conversation.
const PITCHES = [220, 247, 277, 330, 370, 440, 494, 554];

/** Seven seconds of two humming voices, as a WAV file; the same for the same name. */
export const recordingOf = (name: string): Buffer => {
  const choices = Buffer.from(hash('sha256', name), 'hex');
  const samples = Buffer.alloc(TONES * TONE_SAMPLES);
  for (let n = 0; n < samples.length; n++) {
    const tone = Math.floor(n / TONE_SAMPLES);
    const pitch =
      (PITCHES[(choices[tone] ?? 0) % PITCHES.length] ?? 220) / (Math.floor(tone / 6) % 2 ? 2 : 1);
    const loudness = Math.sin((Math.PI * (n % TONE_SAMPLES)) / TONE_SAMPLES);
    samples[n] = 128 + Math.round(40 * loudness * Math.sin((2 * Math.PI * pitch * n) / SAMPLE_RATE));
  }
  return wavOf(samples, SAMPLE_RATE);
};

/** A server of recordings on 127.0.0.1 that remembers what was fetched. */
export type Recordings = { fetched: ReadonlySet<string>; stop: () => void };

/** Serves `/<name>.wav`; throws a SetupError if the port is taken. */
export const serveRecordings = async (port: number): Promise<Recordings> => {
  const fetched = new Set<string>();
  const server = createServer((request, response) => {
    const [, name] = /^\/([\w-]+)\.wav$/.exec(request.url ?? '') ?? [];
    if (name === undefined) return void response.writeHead(404).end();
    const file = recordingOf(name);
    response.writeHead(200, { 'content-type': 'audio/wav', 'content-length': file.length });
    response.end(request.method === 'HEAD' ? undefined : file, () => fetched.add(urlOf(port, name)));
  });
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SetupError(
      `Port ${port} cannot be used (${code}), and the demo needs it to serve its recordings. Free it, or set DEMO_PORT to another one.`,
    );
  }
  const stop = () => {
    server.close();
    server.closeAllConnections();
  };
  return { fetched, stop };
};

/** The URL of the recording of that name. */
export const urlOf = (port: number, name: string): string => `http://127.0.0.1:${port}/${name}.wav`;
