import { fileTypeFromBuffer } from 'file-type/core';
import { refused } from './unfetched.ts';

/** How many bytes of a file determine its type. */
export const HEAD_BYTES = 4100;

// By detected type: the archive's content type, and the extension.
const AUDIO: Record<string, { type: string; extension: string }> = {
  'audio/mpeg': { type: 'audio/mpeg', extension: 'mp3' },
  'audio/wav': { type: 'audio/wav', extension: 'wav' },
  'audio/ogg': { type: 'audio/ogg', extension: 'ogg' },
  'audio/x-m4a': { type: 'audio/mp4', extension: 'm4a' },
  'audio/amr': { type: 'audio/amr', extension: 'amr' },
};

/** The extensions that a file of the archive can have. */
export const EXTENSIONS = Object.values(AUDIO).map(({ extension }) => extension);

// Types that servers use for unknown files, and other names of audio types.
const OTHERS = [
  'application/octet-stream',
  'binary/octet-stream',
  'application/ogg',
  'video/mp4',
  'video/ogg',
];

/**
 * The type of a recording by its first bytes; throws Unfetched if these or the server say that it
 * is none.
 */
export const audioTypeOf = async (head: Uint8Array, declared: string | undefined) => {
  const told = mediaType(declared);
  if (told !== '' && !told.startsWith('audio/') && !OTHERS.includes(told)) {
    throw refused(`not a recording: the server calls it ${told.slice(0, 100)}`);
  }
  const found = await fileTypeFromBuffer(head);
  const audio = AUDIO[mediaType(found?.mime)];
  if (audio !== undefined) return audio;
  throw refused(`not a recording: it begins like ${found?.mime ?? 'nothing that is known'}`);
};

const mediaType = (written = ''): string => written.split(';')[0]?.trim().toLowerCase() ?? '';
