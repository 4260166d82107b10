import { describe, expect, test } from 'vitest';
import { audioTypeOf } from '../../../shared/recordings/audio.ts';
import { BEGINNINGS, recording } from '../../support/audio.ts';

const typeOf = async (name: keyof typeof BEGINNINGS, declared?: string) =>
  audioTypeOf(recording(4100, BEGINNINGS[name]), declared);

test.each([
  ['mp3', 'audio/mpeg', 'mp3'],
  ['mp3 with ID3', 'audio/mpeg', 'mp3'],
  ['mp3 with a picture', 'audio/mpeg', 'mp3'],
  ['wav', 'audio/wav', 'wav'],
  ['ogg', 'audio/ogg', 'ogg'],
  ['opus', 'audio/ogg', 'ogg'],
  ['m4a', 'audio/mp4', 'm4a'],
  ['amr', 'audio/amr', 'amr'],
  ['wide amr', 'audio/amr', 'amr'],
] as const)('%s is %s by its first bytes', async (name, type, extension) => {
  expect(await typeOf(name)).toEqual({ type, extension });
});

test.each(['html', 'json', 'jpeg', 'gzip', 'zip', 'program'] as const)(
  '%s is no recording, whatever the server calls it',
  async (name) => {
    await expect(typeOf(name, 'audio/mpeg')).rejects.toMatchObject({
      isFinal: true,
      message: expect.stringMatching(/^not a recording: it begins like /),
    });
  },
);

describe('the content type of the server', () => {
  test.each([
    'audio/mpeg',
    'Audio/MP3; charset=binary',
    'audio/x-wav',
    'application/octet-stream',
    'binary/octet-stream',
    '',
    undefined,
  ])('"%s" is identified by its first bytes', async (declared) => {
    expect(await typeOf('mp3', declared)).toMatchObject({ type: 'audio/mpeg' });
  });

  test.each(['text/html', 'application/json', 'image/png', 'application/x-msdownload'])(
    '"%s" is refused',
    async (declared) => {
      await expect(typeOf('mp3', declared)).rejects.toMatchObject({
        isFinal: true,
        message: `not a recording: the server calls it ${declared}`,
      });
    },
  );
});
