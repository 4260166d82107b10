import { endpointsOf } from './endpoints.ts';

/** The receivers of events: a bus by its name, and endpoints by their ids. */
export type Takers = { bus: string | undefined; endpoints: readonly string[] };

/** The receivers that `EVENT_BUS`, `EVENT_BUS_NAME` and `WEBHOOK_URLS` name. */
export const takersIn = ({ EVENT_BUS, EVENT_BUS_NAME, WEBHOOK_URLS }: NodeJS.ProcessEnv): Takers => ({
  bus: EVENT_BUS === 'on' ? EVENT_BUS_NAME : undefined,
  endpoints: endpointsOf(WEBHOOK_URLS).map(({ id }) => id),
});
