import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generate } from 'selfsigned';

export type Certificate = { key: string; cert: string; caFile: string };

/** A certificate for localhost by a certificate authority of its own, whose certificate is written to `directory`. */
export const createCertificate = async (directory: string): Promise<Certificate> => {
  const ca = await generate([{ name: 'commonName', value: 'bench CA' }], {
    extensions: [{ name: 'basicConstraints', cA: true, critical: true }],
  });
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    ca: { key: ca.private, cert: ca.cert },
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  const caFile = join(directory, 'ca.pem');
  writeFileSync(caFile, ca.cert);
  return { key, cert, caFile };
};
