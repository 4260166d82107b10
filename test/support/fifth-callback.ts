import { callback, NEEDED } from '../../shared/callbacks/callback.ts';
import { type Facts, foldVersions } from '../../shared/callbacks/versions.ts';
import { filled, text } from '../../shared/payload/field-types.ts';
import { fields } from '../../shared/payload/reader.ts';

const payload = fields({ id: filled(), caller: text() });

/** A callback that NXCloud does not have. A test copies this file into shared/callbacks/. */
export const fifth = callback({
  name: 'fifth',
  payload,
  identify: ({ id }) => id,
  identity: { path: 'id', message: NEEDED },
  bodies: 'versions',
  fold: foldVersions(({ id, caller }): Facts => ({ callId: id, caller })),
});
