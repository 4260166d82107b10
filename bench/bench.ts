import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Service } from '../infrastructure/bundles.ts';
import { sha256 } from '../shared/digest.ts';
import type { Runtime } from './function.ts';
import type { Stub } from './stubs.ts';

/** What the parts of one run share. */
export type Bench = {
  service: Service;
  runtime: Runtime;
  stub: Stub;
  caFile: string;
  directory: string;
  rounds: number;
};

export const receiversOf = ({ functions }: Service): string[] =>
  Object.keys(functions).filter((name) => functions[name]?.events.some((event) => 'httpApi' in event));

export const sampleOf = (name: string): { body: string } =>
  JSON.parse(readFileSync(join(import.meta.dirname, '..', 'events', `${name}.json`), 'utf8'));

// The token that the samples carry.
const LOCAL_TOKEN = sha256('local');

export const receiverEnvironment = ({ service, stub, caFile }: Bench): Record<string, string> => ({
  NODE_EXTRA_CA_CERTS: caFile,
  AWS_ENDPOINT_URL_SQS: stub.endpoint,
  QUEUE_URL: `${stub.endpoint}/000000000000/calls`,
  ...Object.fromEntries(
    receiversOf(service).map((name) => [`${name.toUpperCase()}_TOKEN_SHA256`, LOCAL_TOKEN]),
  ),
});

export const consumerEnvironment = ({ stub, caFile }: Bench): Record<string, string> => ({
  NODE_EXTRA_CA_CERTS: caFile,
  AWS_ENDPOINT_URL_DYNAMODB: stub.endpoint,
  TABLE_NAME: 'calls',
});
