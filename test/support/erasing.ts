import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { freePorts } from '../../infrastructure/ports.ts';
import type { Certificate } from '../../shared/erasure/certificate.ts';
import { type Finished, finish, start } from './commands.ts';
import { machineToken } from './machine-token.ts';
import { dataDir, isUp, postTo, startIn } from './npm-start.ts';
import { plainEnvironment, ROOT } from './run.ts';
import { storesOf } from './stores.ts';
import { until } from './until.ts';

type Settings = Record<string, string>;

/**
 * `npm start` with these settings, and what it takes to fill it and to erase from it; commands have more of them. It is killed at the end
 * of the file.
 */
export const startErasing = async (settings: Settings = {}, more: Settings = {}) => {
  const ports = await freePorts();
  const folder = mkdtempSync(join(dataDir, 'erase-'));
  const certificates = mkdtempSync(join(dataDir, 'certificates-'));
  await isUp(startIn(ROOT, ports, { DATA_DIR: folder, ...settings }));
  const stores = storesOf(ports, folder);
  const places = Object.entries(ports).map(([name, port]) => [`${name.toUpperCase()}_PORT`, String(port)]);
  const env = plainEnvironment({ ...Object.fromEntries(places), DATA_DIR: folder, ...settings, ...more });

  const begin = (name: string, args: string[], input = '', own: Settings = {}) => {
    const child = start(name, args, { env: { ...env, ...own } });
    child.stdin.end(input);
    return child;
  };
  const command = (...asked: Parameters<typeof begin>): Promise<Finished> => finish(begin(...asked));
  const erasing = (number: string, args: string[] = [], input = '', own: Settings = {}) =>
    begin('erase', ['--number', number, '--out', certificates, ...args], input, own);

  const askApi = async (path: string, body?: object) => {
    const token = await machineToken(`http://127.0.0.1:${ports.oidc}`);
    const response = await fetch(`http://127.0.0.1:${ports.http}${path}`, {
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    return (await response.json()) as Record<string, string>;
  };

  return {
    ports,
    stores,
    command,
    /** An erasure that has begun. */
    erasing,
    erase: (...asked: Parameters<typeof erasing>) => finish(erasing(...asked)),
    askApi,
    /** The status with which a callback is answered. */
    send: async (callback: string, body: object | string): Promise<number> => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return (await postTo(ports, `/${callback}/callback?token=local`, text)).status;
    },
    sendToQueue: (name: string, MessageBody: string) => {
      const QueueUrl = `http://127.0.0.1:${ports.sqs}/000000000000/nxcloud-callbacks-local-${name}`;
      return stores.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    },
    /** The id of an export that is ready. */
    exported: async (format: string, period: object): Promise<string> => {
      const { id = '' } = await askApi('/api/exports', { format, filters: { ...period, zone: 'UTC' } });
      await until(async () => (await askApi(`/api/exports?id=${id}`)).state === 'ready');
      return id;
    },
    lastCertificate: (): { json: Certificate; texts: string[] } => {
      const texts = readdirSync(certificates)
        .sort()
        .slice(-2)
        .map((file) => readFileSync(join(certificates, file), 'utf8'));
      return { json: JSON.parse(texts[0] ?? ''), texts };
    },
    /** Resolves when nothing is on its way any more. */
    atRest: () =>
      until(async () => {
        const live = Object.keys(await stores.queues()).filter((place) => !place.includes('-dlq '));
        return live.length === 0;
      }),
  };
};

export type Erasing = Awaited<ReturnType<typeof startErasing>>;
