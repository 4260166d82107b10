/** The SSM parameter with the secrets of a stage's webhooks. */
export const webhookSecretName = (stage: string): string => `/nxcloud-callbacks/${stage}/webhook-secret`;
