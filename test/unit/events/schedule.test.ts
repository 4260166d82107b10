import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endpointsOf } from '../../../shared/events/endpoints.ts';
import { RETRY_SECONDS, waitAfter } from '../../../shared/events/retries.ts';
import { batchesOf } from '../../../shared/queues/batches.ts';

describe('retries', () => {
  test('come 5 s, 5 min, 30 min, 2 h, 5 h and 10 h after an attempt, and a little later', () => {
    const waits = [5, 300, 1_800, 7_200, 18_000, 36_000];
    for (const [n, wait] of waits.entries()) {
      for (let times = 0; times < 50; times++) {
        expect(waitAfter(n + 1)).toBeGreaterThanOrEqual(wait);
        expect(waitAfter(n + 1)).toBeLessThanOrEqual(Math.ceil(1.1 * wait));
      }
    }
  });

  test('end with the seventh attempt', () => {
    expect(waitAfter(7)).toBeUndefined();
    expect(waitAfter(240)).toBeUndefined();
  });

  test('are never further apart than SQS can hide a message, and span most of a day', () => {
    expect(1.1 * Math.max(...RETRY_SECONDS)).toBeLessThan(12 * 3600);
    expect(RETRY_SECONDS.reduce((sum, seconds) => sum + seconds, 0)).toBeGreaterThan(17 * 3600);
  });
});

describe('endpoints', () => {
  test('are URLs between commas, each once', () => {
    const endpoints = endpointsOf(' https://a.example/x?key=1,https://b.example,, https://a.example/x?key=1');

    expect(endpoints.map(({ url }) => url.href)).toEqual(['https://a.example/x?key=1', 'https://b.example/']);
  });

  test('have a stable id, whatever else is in the list, that reveals nothing of the URL', () => {
    const [first] = endpointsOf('https://a.example/x?key=secret');
    const [, second] = endpointsOf('https://b.example,https://a.example/x?key=secret');

    expect(first?.id).toMatch(/^[0-9a-f]{8}$/);
    expect(second?.id).toBe(first?.id);
  });

  test.each([undefined, '', ' , '])('are none in %j', (written) => expect(endpointsOf(written)).toEqual([]));

  test('are refused if one is not a URL', () => {
    expect(() => endpointsOf('https://a.example,b.example')).toThrow(TypeError);
  });
});

test('batches have all items in order, at most ten each, and fit into a request to SQS', () => {
  const MOST = 1024 * 1024;
  const large = fc.array(fc.nat(MOST / 2));
  const small = fc.array(fc.nat(100), { minLength: 11, maxLength: 60 });
  fc.assert(
    fc.property(fc.oneof(large, small), (lengths) => {
      const items = lengths.map((length, n) => ({ n, text: 'é'.repeat(length / 2) }));
      const batches = batchesOf(items);

      expect(batches.flat()).toEqual(items);
      for (const batch of batches) {
        const bytes = batch.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
        expect(batch.length).toBeGreaterThan(0);
        expect(batch.length).toBeLessThanOrEqual(10);
        expect(bytes).toBeLessThan(0.8 * MOST);
      }
    }),
    { numRuns: 60 },
  );
});
