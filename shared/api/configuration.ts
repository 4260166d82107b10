import * as v from 'valibot';
import { stageZone } from '../calls/period.ts';

const text = v.string();

export const Configuration = v.object({ issuer: text, clientId: text, scope: text, stage: text, zone: text });

/** What a client needs before it can sign in; public. */
export const configuration = (): v.InferOutput<typeof Configuration> => ({
  issuer: process.env.OIDC_ISSUER ?? '',
  clientId: process.env.OIDC_CLIENT_ID ?? '',
  scope: process.env.OIDC_SCOPE ?? '',
  stage: process.env.STAGE ?? '',
  zone: stageZone(),
});
