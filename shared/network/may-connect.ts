import { isIP } from 'node:net';
import { isLoopback, isPublic } from './addresses.ts';

/**
 * Why a request to a URL may not connect to an address; undefined if it may. Public addresses need
 * https; with `takesLoopback`, this machine may be reached by http or https.
 */
export const refusalOf = (
  address: string,
  { protocol }: URL,
  takesLoopback: boolean,
): 'address not public' | 'not https' | undefined => {
  if (takesLoopback && isLoopback(address)) return undefined;
  if (!isPublic(address)) return 'address not public';
  return protocol === 'https:' ? undefined : 'not https';
};

/** The host of a URL, an IPv6 address without its brackets. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$/g, '');

/** The address in a URL, which no lookup checks; undefined if it has a name. */
export const addressIn = (url: URL): string | undefined =>
  isIP(hostOf(url)) === 0 ? undefined : hostOf(url);
