import { stageZone } from '../calls/period.ts';

/** What a client has to know before it can sign in: public. */
export const configuration = () => ({
  issuer: process.env.OIDC_ISSUER ?? '',
  clientId: process.env.OIDC_CLIENT_ID ?? '',
  scope: process.env.OIDC_SCOPE ?? '',
  stage: process.env.STAGE ?? '',
  zone: stageZone(),
});
