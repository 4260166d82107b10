import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Ask, callList } from '../../../page/calls/call-list.ts';
import type { CallView } from '../../../shared/calls/view.ts';

const START = Date.parse('2026-11-26T04:00:00.000Z');

const callAt = (second: number, more: Partial<CallView> = {}): CallView => {
  const time = new Date(START + second * 1000).toISOString();
  const ref = second.toString(16).padStart(16, '0');
  return {
    pk: `pns#${second}`,
    callback: 'pns',
    id: String(second),
    ref,
    at: `${time}#${ref}`,
    startedAt: time,
    receivedAt: time,
    revisedAt: time,
    versions: 1,
    rev: 1,
    ...more,
  };
};

/** An API over calls that change; `maxPage` makes it end pages early, as a rare filter does. */
const startApi = (initial: CallView[] = []) => {
  const calls = new Map(initial.map((call) => [call.pk, call]));
  let maxPage = Number.POSITIVE_INFINITY;
  let isDown = false;
  const ask: Ask = async ({ limit, cursor, ongoing }) => {
    await Promise.resolve();
    if (isDown) throw new Error('down');
    const all = [...calls.values()]
      .filter(({ at, status }) => (cursor === undefined || at < cursor) && (!ongoing || status === 'calling'))
      .sort((a, b) => (a.at < b.at ? 1 : -1));
    const page = all.slice(0, Math.min(limit, maxPage));
    const last = page.at(-1)?.at;
    return { calls: page, ...(page.length < all.length && last !== undefined && { cursor: last }) };
  };
  return {
    calls,
    ask,
    put: (...some: CallView[]) => {
      for (const call of some) calls.set(call.pk, call);
    },
    endPagesAt: (size: number) => {
      maxPage = size;
    },
    fail: (fails: boolean) => {
      isDown = fails;
    },
  };
};

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, n) => from + n);
const idsOf = ({ state }: ReturnType<typeof callList>) => state.get().rows.map(({ pk }) => pk);
const newest = (api: ReturnType<typeof startApi>) =>
  [...api.calls.values()].sort((a, b) => (a.at < b.at ? 1 : -1)).map(({ pk }) => pk);

describe('a list of calls', () => {
  test('has every call once, newest first, whatever the pages are', async () => {
    const api = startApi(numbers(260).map((n) => callAt(n)));
    const list = callList(api.ask);
    await list.refresh();
    while (!list.state.get().isEnd) await list.loadMore();

    expect(idsOf(list)).toEqual(newest(api));
  });

  test('continues by itself while pages end early, until there is something to see', async () => {
    const api = startApi(numbers(100).map((n) => callAt(n)));
    api.endPagesAt(2);
    const list = callList(api.ask);
    await list.refresh();

    expect(list.state.get().rows.length).toBeGreaterThanOrEqual(30);
  });

  test('requests the next page once, however often it is called', async () => {
    const api = startApi(numbers(200).map((n) => callAt(n)));
    let asked = 0;
    const list = callList((page) => {
      asked += 1;
      return api.ask(page);
    });
    await list.refresh();
    await Promise.all([list.loadMore(), list.loadMore(), list.loadMore()]);

    expect(asked).toBe(2);
  });

  test('shows new calls at once, or once it no longer holds them back', async () => {
    const api = startApi(numbers(5).map((n) => callAt(n)));
    const list = callList(api.ask);
    await list.refresh();
    api.put(callAt(10));
    await list.refresh();
    expect(idsOf(list)).toEqual(newest(api));

    const before = idsOf(list);
    list.hold(true);
    api.put(callAt(11), callAt(2.5));
    await list.refresh();
    expect(idsOf(list)).toEqual(before);
    expect(list.state.get().held).toBe(2);
    list.hold(false);
    expect(idsOf(list)).toEqual(newest(api));
    expect(list.state.get().held).toBe(0);
  });

  test('changes a call in its place while it holds others back', async () => {
    const api = startApi(numbers(5).map((n) => callAt(n)));
    const list = callList(api.ask);
    await list.refresh();
    list.hold(true);
    api.put(callAt(3, { talkSeconds: 9, rev: 2 }));
    await list.refresh();

    expect(list.state.get().rows[1]).toMatchObject({ pk: 'pns#3', talkSeconds: 9 });
  });

  test('starts anew if so many arrived that there is a gap, but not while it holds calls back', async () => {
    const api = startApi(numbers(60).map((n) => callAt(n)));
    const list = callList(api.ask);
    await list.refresh();
    list.hold(true);
    api.put(...numbers(200, 1000).map((n) => callAt(n)));
    await list.refresh();
    expect(list.state.get()).toMatchObject({ isOutrun: true });
    expect(idsOf(list)[0]).toBe('pns#59');

    list.hold(false);
    while (!list.state.get().isEnd) await list.loadMore();
    expect(idsOf(list)).toEqual(newest(api));
  });

  test('drops a deleted call, but not because an index lagged once', async () => {
    const api = startApi(numbers(5).map((n) => callAt(n)));
    const list = callList(api.ask);
    await list.refresh();
    api.calls.delete('pns#3');
    await list.refresh();
    expect(idsOf(list)).toContain('pns#3');
    await list.refresh();

    expect(idsOf(list)).toEqual(newest(api));
  });

  test('finds new and changed calls near the row in view', async () => {
    const api = startApi(numbers(300).map((n) => callAt(n)));
    const list = callList(api.ask);
    await list.refresh();
    await list.loadMore();
    api.put(callAt(170.5), callAt(165, { talkSeconds: 5, rev: 2 }));
    await list.refresh(callAt(180).at);

    const rows = list.state.get().rows;
    expect(rows.map(({ pk }) => pk)).toContain('pns#170.5');
    expect(rows.find(({ pk }) => pk === 'pns#165')).toMatchObject({ talkSeconds: 5 });
  });

  test('keeps the row above those in view', async () => {
    const api = startApi(numbers(80).map((n) => callAt(n)));
    const list = callList(api.ask);
    await list.refresh();
    await list.loadMore();
    for (const _ of numbers(3)) await list.refresh(callAt(20).at);

    expect(idsOf(list)).toEqual(newest(api));
  });

  test('leaves no gap when it starts anew while older calls are loading', async () => {
    const api = startApi(numbers(300).map((n) => callAt(n)));
    const road = Promise.withResolvers<void>();
    const list = callList(async (page) => {
      const answer = await api.ask(page);
      if (page.cursor === callAt(250).at) await road.promise;
      return answer;
    });
    await list.refresh();
    const older = list.loadMore();
    api.put(...numbers(300, 1000).map((n) => callAt(n)));
    await list.refresh();
    road.resolve();
    await older;
    while (!list.state.get().isEnd) await list.loadMore();

    expect(idsOf(list)).toEqual(newest(api));
  });

  test('keeps what it has when the API fails, says so, and is right again afterwards', async () => {
    const api = startApi(numbers(5).map((n) => callAt(n)));
    const list = callList(api.ask);
    await list.refresh();
    api.fail(true);
    await list.refresh();
    expect(idsOf(list)).toEqual(newest(api));
    expect(list.state.get().error).toMatchObject({ kind: 'unavailable' });

    api.fail(false);
    await list.refresh();
    expect(list.state.get().error).toBe(undefined);
  });

  test('forgets old rows while it grows at the top, and finds them again', async () => {
    const api = startApi(numbers(50).map((n) => callAt(n)));
    const list = callList(api.ask);
    await list.refresh();
    for (const n of numbers(60, 1)) {
      api.put(...numbers(40, n * 100).map((second) => callAt(second)));
      await list.refresh();
    }
    expect(list.state.get().rows.length).toBeLessThanOrEqual(2_000);

    while (!list.state.get().isEnd) await list.loadMore();
    expect(idsOf(list)).toEqual(newest(api));
  });

  test('keeps calls in progress apart, and among the others once they have ended', async () => {
    const now = Math.floor((Date.now() - START) / 1000);
    const calling = callAt(now, { pk: 'predictive#1', callback: 'predictive', status: 'calling' });
    const api = startApi([...numbers(80, now - 5000).map((n) => callAt(n)), calling]);
    const list = callList(api.ask);
    await list.refresh();
    await list.refreshGoingOn();
    expect(list.state.get().goingOn.map(({ pk }) => pk)).toEqual(['predictive#1']);
    expect(idsOf(list)).not.toContain('predictive#1');

    api.put({ ...calling, status: 'ended', endedAt: calling.receivedAt, rev: 2 });
    await list.refreshGoingOn();
    expect(list.state.get().goingOn).toEqual([]);
    expect(idsOf(list)[0]).toBe('predictive#1');
  });
});

test("whatever happens in any order, the list ends up with the API's calls", async () => {
  const second = fc.integer({ min: 0, max: 400 });
  const step = fc.oneof(
    second.map((n) => ({ put: n })),
    fc.constantFrom('refresh' as const, 'more' as const, 'hold' as const, 'let in' as const, 'fail' as const),
  );
  const steps = fc.array(step, { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(second, { maxLength: 200 }), steps, async (initial, happening) => {
      const api = startApi(initial.map((n) => callAt(n)));
      const list = callList(api.ask);
      for (const what of happening) {
        if (typeof what === 'object') api.put(callAt(what.put));
        else if (what === 'refresh') await list.refresh();
        else if (what === 'more') await list.loadMore();
        else if (what === 'fail') {
          api.fail(true);
          await list.refresh();
          api.fail(false);
        } else list.hold(what === 'hold');
        expect(new Set(idsOf(list)).size).toBe(idsOf(list).length);
      }
      list.hold(false);
      await list.refresh();
      // What came further down is found where it is looked at.
      while (!list.state.get().isEnd) await list.loadMore();
      for (const row of [...list.state.get().rows]) await list.refresh(row.at);
      expect(idsOf(list)).toEqual(newest(api));
    }),
    { numRuns: 60 },
  );
});
