import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loggable } from '../../shared/telemetry/loggable.ts';
import { reception } from '../support/calls.ts';

test('names a call by its id only if that is a UUID, else by its digest', () => {
  const id = 'b1920376-5e15-4f22-9996-6233f297685e';

  expect(loggable({ pk: `cc#${id}`, id })).toEqual({ ref: 'c6363df58e551ad6', id });
  expect(loggable({ pk: 'pns#45', id: '45' })).toEqual({ ref: 'a787c22d53684643' });
});

const digits = fc.stringMatching(/^[1-9]\d{6,13}$/);
const number = digits.chain((plain) =>
  fc.constantFrom(
    plain,
    `+${plain}`,
    `+${plain.slice(0, 3)} ${plain.slice(3, 7)}-${plain.slice(7)}`,
    `tel:+${plain}`,
  ),
);
const name = fc.constantFrom('王小明', 'Siti Aminah', 'fang.cheng@nxcloud.com', 'O’Brien');
const around = fc.constantFrom(
  (party: string) => party,
  (party: string) => `${party}-1691372191000`,
  (party: string) => `${party}@203.0.113.7`,
  (party: string) => `rec_${party}`,
  (party: string) => `agent:${party}`,
  (party: string) => `86${party}`,
  (party: string) => `a/${party}/b`,
);

test('never logs an id that is made from a number or a name of its call', () => {
  fc.assert(
    fc.property(fc.oneof(number, name), around, (party, wrap) => {
      const id = wrap(party);
      for (const { item } of [
        reception('cc', { callId: id, caller: party }),
        reception('pns', { callId: id, callee: party }),
        reception('icc', { data: { id, staffName: party } }),
        reception('predictive', { uuid: id, username: party }),
        reception('predictive', { username: party }),
      ]) {
        const told = JSON.stringify(loggable(item));

        expect(told).toMatch(/^\{"ref":"[0-9a-f]{16}"\}$/);
      }
    }),
    { seed: 20_261_126, numRuns: 2_000 },
  );
});
