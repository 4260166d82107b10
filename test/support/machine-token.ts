/** The access token that a machine asks for, as the banner of `npm start` says. */
export const machineToken = async (issuer: string, scope = 'calls/read'): Promise<string> => {
  const form = { grant_type: 'client_credentials', client_id: 'local', client_secret: 'local', scope };
  const response = await fetch(`${issuer}/token`, { method: 'POST', body: new URLSearchParams(form) });
  const { access_token } = (await response.json()) as { access_token: string };
  return access_token;
};
