import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { callbacks } from '../../shared/callbacks/list.ts';
import { ROOT } from './run.ts';

const EVENTS = join(ROOT, 'events');

/** A provider's sample, as `events/<file>.json` has it. */
export type Sample = { file: string; callback: string; event: APIGatewayProxyEventV2; body: string };

/** The nine samples of the four providers. */
export const samples: Sample[] = readdirSync(EVENTS)
  .map((file) => file.replace('.json', ''))
  .map((file) => ({ file, callback: file.split('-')[0] ?? '' }))
  .filter(({ callback }) => callbacks.some(({ name }) => name === callback))
  .map((named) => {
    const event: APIGatewayProxyEventV2 = JSON.parse(
      readFileSync(join(EVENTS, `${named.file}.json`), 'utf8'),
    );
    return { ...named, event, body: event.body ?? '' };
  });

export const sample = (file: string): Sample => {
  const found = samples.find((candidate) => candidate.file === file);
  if (found === undefined) throw new Error(`there is no events/${file}.json`);
  return found;
};
