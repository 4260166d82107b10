import * as v from 'valibot';
import { isPublicHttps } from './public-url.ts';
import type { Serverless } from './serverless-types.ts';
import { accepted, matching, optionalOrEmpty } from './setting.ts';

/** How often the calls are compared with NXCloud's list. */
export type Schedule = 'daily' | 'hourly' | 'off';

const isGateway = (written: string): boolean => {
  const url = URL.parse(written);
  return url !== null && isPublicHttps(url) && [url.origin, `${url.origin}/`].includes(written);
};

/** The settings about NXCloud's list. */
export const ReconcileEnvironment = v.pipe(
  v.object({
    RECONCILE: optionalOrEmpty('daily, hourly or off', v.picklist(['daily', 'hourly', 'off'])),
    NXCLOUD_ACCESS_KEY: optionalOrEmpty('the access key that NXCloud gave', matching(/^[!-~]{4,200}$/)),
    NXCLOUD_GATEWAY: optionalOrEmpty(
      'the https URL of a public host, like https://api-hk.nxlink.ai',
      accepted(isGateway),
    ),
  }),
  v.forward(
    v.check(
      ({ RECONCILE = 'off', NXCLOUD_ACCESS_KEY }) => RECONCILE === 'off' || NXCLOUD_ACCESS_KEY !== undefined,
      'off, or set together with NXCLOUD_ACCESS_KEY',
    ),
    ['RECONCILE'],
  ),
);

/** How often the settings in `env` have the calls compared: never if they have problems. */
export const scheduleIn = (env: NodeJS.ProcessEnv): Schedule => {
  const { success, output } = v.safeParse(ReconcileEnvironment, env);
  if (!success) return 'off';
  return output.RECONCILE ?? (output.NXCLOUD_ACCESS_KEY === undefined ? 'off' : 'daily');
};

/** Tells the reconciler and the api how often the calls are compared, and switches off what calls the reconciler if they never are. */
export const setSchedule = ({ functions }: Serverless['service'], schedule: Schedule): void => {
  for (const name of ['reconciler', 'api']) {
    const definition = functions[name];
    if (definition) definition.environment = { ...definition.environment, RECONCILE: schedule };
  }
  for (const event of functions.reconciler?.events ?? []) {
    Object.assign(event.schedule ?? {}, { enabled: schedule !== 'off' });
  }
};
