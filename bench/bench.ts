import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stub } from '../fixtures/aws.ts';
import type { Runtime } from '../fixtures/lambda.ts';
import type { Service } from '../infrastructure/bundles.ts';
import { callbacks } from '../shared/callbacks/list.ts';

/** What the parts of one run share. */
export type Bench = {
  service: Service;
  runtime: Runtime;
  stub: Stub;
  caFile: string;
  directory: string;
  rounds: number;
};

export const sampleOf = (name: string): { body: string } =>
  JSON.parse(readFileSync(join(import.meta.dirname, '..', 'events', `${name}.json`), 'utf8'));

// The token that the samples carry.
const LOCAL_TOKEN = hash('sha256', 'local');

export const receiverEnvironment = ({ stub, caFile }: Bench): Record<string, string> => ({
  NODE_EXTRA_CA_CERTS: caFile,
  AWS_ENDPOINT_URL_SQS: stub.endpoint,
  QUEUE_URL: `${stub.endpoint}/000000000000/deliveries`,
  ...Object.fromEntries(callbacks.map(({ tokenVariable }) => [tokenVariable, LOCAL_TOKEN])),
});

export const consumerEnvironment = ({ stub, caFile }: Bench): Record<string, string> => ({
  NODE_EXTRA_CA_CERTS: caFile,
  AWS_ENDPOINT_URL_DYNAMODB: stub.endpoint,
  DELIVERIES_TABLE: 'deliveries',
});
