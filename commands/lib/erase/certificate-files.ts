import { access, constants, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Certificate, certificateText } from '../../../shared/erasure/certificate.ts';
import { CommandError } from '../command-error.ts';
import { fileNamed, writeWhole } from '../whole-file.ts';

/** The folder for certificates; throws a CommandError before anything is deleted if nothing can be written there. */
export const checkFolder = async (out: string): Promise<string> => {
  const folder = fileNamed(out);
  try {
    if (!(await stat(folder)).isDirectory()) throw unwritable(folder, 'ENOTDIR');
    await access(folder, constants.W_OK);
    return folder;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === undefined ? error : unwritable(folder, code);
  }
};

const unwritable = (folder: string, code: string): CommandError =>
  new CommandError(
    `The certificate cannot be written into ${folder} (${code}): name a folder that is there with --out.`,
  );

/** Writes a certificate as JSON and as text beside it; the paths of both. */
export const writeCertificate = async (folder: string, certificate: Certificate): Promise<string[]> => {
  const time = certificate.finishedAt.replace(/[-:.]/g, '');
  const name = join(folder, `erasure-${certificate.stage}-${time}`);
  const files = { json: `${JSON.stringify(certificate, null, 2)}\n`, txt: certificateText(certificate) };
  const written = Object.entries(files).map(async ([extension, text]) => {
    const place = { file: `${name}.${extension}`, replaces: false, advice: 'run it again' };
    await writeWhole(place, bytesOf(text), new AbortController().signal);
    return place.file;
  });
  return Promise.all(written);
};

async function* bytesOf(text: string) {
  yield Buffer.from(text);
}
