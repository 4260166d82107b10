import { isIP } from 'node:net';
import { isPublic } from '../shared/network/addresses.ts';

/** Whether a URL is one of https, and its host can be public. */
export const isPublicHttps = ({ protocol, hostname }: URL): boolean => {
  const host = hostname.replace(/^\[|\]$/g, '');
  return protocol === 'https:' && (isIP(host) === 0 ? host !== 'localhost' : isPublic(host));
};
