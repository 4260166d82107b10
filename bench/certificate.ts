import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type Certificate = { key: Buffer; cert: Buffer; caFile: string };

/** A certificate for localhost by a certificate authority of its own, both made by openssl in `directory`. */
export const createCertificate = (directory: string): Certificate => {
  const file = (name: string) => join(directory, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  const subject = (name: string) => ['-nodes', '-newkey', 'rsa:2048', '-subj', `/CN=${name}`];
  openssl('req', '-x509', ...subject('bench CA'), '-keyout', file('ca.key'), '-out', file('ca.pem'));
  openssl(
    'req',
    '-x509',
    ...subject('localhost'),
    ...['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-addext', 'subjectAltName=DNS:localhost'],
    ...['-addext', 'basicConstraints=critical,CA:FALSE'],
    ...['-keyout', file('server.key'), '-out', file('server.pem')],
  );
  return {
    key: readFileSync(file('server.key')),
    cert: readFileSync(file('server.pem')),
    caFile: file('ca.pem'),
  };
};
