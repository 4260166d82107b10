import { inject } from 'vitest';

const { origin } = new URL(inject('stack').apiUrl);

/** Asks the API for reading, with a token or without. */
export const ask = (path: string, token?: string): Promise<Response> =>
  fetch(`${origin}${path}`, { headers: token ? { authorization: `Bearer ${token}` } : {} });

export const answerTo = async (token?: string, path = '/api/calls') => {
  const response = await ask(path, token);
  return { status: response.status, body: await response.json() };
};

export const UNAUTHORIZED = { status: 401, body: { message: 'Unauthorized' } };
export const FORBIDDEN = { status: 403, body: { message: 'Forbidden' } };

/** What can be asked with a token only. */
export const API = [
  '/api/calls',
  '/api/call?pk=pns%231',
  '/api/agents',
  '/api/report',
  '/api/recording?pk=pns%231',
  '/api/exports?id=5b3c2d4e-0000-4000-8000-000000000000',
  '/api/openapi.json',
];
