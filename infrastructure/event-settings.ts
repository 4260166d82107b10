import * as v from 'valibot';
import { type Endpoint, endpointsOf } from '../shared/events/endpoints.ts';
import { isPublicHttps } from './public-url.ts';
import { accepted, optional, optionalOrEmpty } from './setting.ts';

/** Who receives the events of calls. */
export type EventSettings = {
  /** Whether events are put on a bus. */
  hasBus: boolean;
  /** The endpoints that events are sent to. */
  endpoints: readonly Endpoint[];
};

const MAX_ENDPOINTS = 10;
// AWS limits a function's environment to 4,096 bytes, and other variables need the rest.
const MAX_BYTES = 3_000;

const areEndpoints = (written: string): boolean => {
  try {
    const endpoints = endpointsOf(written);
    const isSmall = endpoints.length <= MAX_ENDPOINTS && Buffer.byteLength(written) <= MAX_BYTES;
    return isSmall && endpoints.every(({ url }) => isPublicHttps(url));
  } catch {
    return false;
  }
};

/** The settings about events. */
export const EventEnvironment = v.object({
  EVENT_BUS: optional('on or off', v.picklist(['on', 'off'])),
  WEBHOOK_URLS: optionalOrEmpty(
    `at most ${MAX_ENDPOINTS} https URLs of public hosts, comma-separated, ${MAX_BYTES} bytes in total`,
    accepted(areEndpoints),
  ),
});

/** The settings about events in `env`, which must have no problems. */
export const readEventSettings = (env: NodeJS.ProcessEnv): EventSettings => {
  const { EVENT_BUS, WEBHOOK_URLS } = v.parse(EventEnvironment, env);
  return { hasBus: EVENT_BUS === 'on', endpoints: endpointsOf(WEBHOOK_URLS) };
};
