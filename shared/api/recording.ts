import * as v from 'valibot';
import { callAt } from '../calls/open.ts';
import { onlyTrue, readParameters } from '../calls/parameters.ts';
import { fileNameOf, KINDS, recordingAt } from '../calls/playback.ts';
import { refOf } from '../deliveries/ref.ts';
import { hasObject, presign } from '../files/s3.ts';
import { CALL_KEY } from './key.ts';
import { NotFound, type Route } from './route.ts';

const SECONDS = 300;

const ONE = {
  pk: CALL_KEY,
  kind: v.optional(
    v.pipe(
      v.picklist(KINDS, `must be ${KINDS.join(', ')}`),
      v.description(
        "The call's recording, the message that was left, or the recording of a leg. Default: `recording`.",
      ),
    ),
  ),
  download: v.optional(onlyTrue('`true`: the browser saves the file instead of playing it.')),
};

const Playback = v.object({
  url: v.pipe(
    v.string(),
    v.description(`Plays for ${SECONDS / 60} minutes, ranges included, for everybody who has it.`),
  ),
});

export const recording: Route = {
  path: '/api/recording',
  operation: 'playRecording',
  summary: 'A URL that plays or downloads an archived recording.',
  parameters: ONE,
  answer: Playback,
  notFound: 'The file does not exist',
  reason: v.pipe(
    v.string(),
    v.description(
      'Why: `no such call`; `no such recording`; `not archived`; `deleted`, by RETENTION_DAYS; `waiting` if the archiver will try again; `failed`. After `waiting` and `failed` a colon follows, and what was wrong.',
    ),
  ),
  handle: async (query, { audit, abortSignal }): Promise<v.InferOutput<typeof Playback>> => {
    const { pk, kind = 'recording', download = false } = readParameters(ONE, query);
    const call = await callAt(pk, abortSignal);
    if (call === undefined) throw new NotFound('no such call');
    const found = recordingAt(call, kind);
    if ('missing' in found) throw new NotFound(found.missing);
    const { key, type } = found;
    if (!(await hasObject(key, abortSignal))) throw new NotFound('deleted');
    const url = await presign(key, {
      seconds: SECONDS,
      fileName: fileNameOf(pk, kind, key),
      disposition: download ? 'attachment' : 'inline',
      ...(type && { contentType: type }),
    });
    audit({ action: 'recording', ref: refOf(pk), kind });
    return { url };
  },
};
