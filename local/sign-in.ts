import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import Provider from 'oidc-provider';
import type { Ports } from '../infrastructure/ports.ts';
import { isLoopback } from './loopback.ts';
import { providerConfiguration, USER } from './provider.ts';
import { errorPage, signInPage } from './sign-in-pages.ts';

/** An OpenID Connect provider on this machine that signs in one user, `local`. */
export type SignIn = {
  issuer: string;
  /** The private key of its tokens, for tests of refusals. It lasts until the provider stops. */
  signingKey: JWK;
  stop: () => Promise<void>;
};

/** Starts the provider on 127.0.0.1. When it stops, it forgets users and tokens. */
export const startSignIn = async (ports: Ports): Promise<SignIn> => {
  const issuer = `http://127.0.0.1:${ports.oidc}`;
  const signingKey = await newKey();
  const provider = new Provider(issuer, providerConfiguration(signingKey, ports.http));
  const answer = provider.callback();
  const server = createServer((request, response) => {
    if (!isLoopback(request.headers.host)) {
      response.writeHead(403, { 'content-type': 'application/json' }).end('{"message":"Forbidden"}');
    } else if (request.url?.startsWith('/interaction/')) {
      interact(provider, request, response).catch(() => startAgain(response));
    } else answer(request, response);
  });
  await once(server.listen(ports.oidc, '127.0.0.1'), 'listening');
  const stop = async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  return { issuer, signingKey, stop };
};

const newKey = async (): Promise<JWK> => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: crypto.randomUUID(), alg: 'RS256', use: 'sig' };
};

/** One click signs in. */
const interact = async (provider: Provider, request: IncomingMessage, response: ServerResponse) => {
  await provider.interactionDetails(request, response);
  if (request.method === 'POST') {
    const result = { login: { accountId: USER }, consent: {} };
    return provider.interactionFinished(request, response, result);
  }
  send(response, 200, signInPage(USER));
};

const startAgain = (response: ServerResponse) =>
  send(response, 400, errorPage('This sign-in has expired: go back to the page and start again.'));

const send = (response: ServerResponse, status: number, html: string): void => {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'referrer-policy': 'no-referrer',
  });
  response.end(html);
};
