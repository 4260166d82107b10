/** The parameter of SSM that has the secret by which a stage asks NXCloud. */
export const nxcloudSecretName = (stage: string): string => `/nxcloud-callbacks/${stage}/nxcloud-secret`;
