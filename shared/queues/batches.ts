// The limits of a request to SQS and EventBridge.
const MAX_ENTRIES = 10;
// A quarter of the 1 MiB is left for what surrounds the texts.
const MAX_BYTES = 768 * 1024;

/** Items in groups, in order, the texts of each small enough for one request. */
export const batchesOf = <Item extends { text: string }>(items: readonly Item[]): Item[][] => {
  const batches: Item[][] = [];
  let bytes = 0;
  for (const item of items) {
    const own = Buffer.byteLength(item.text);
    const last = batches.at(-1);
    if (last === undefined || last.length === MAX_ENTRIES || bytes + own > MAX_BYTES) {
      batches.push([item]);
      bytes = own;
    } else {
      last.push(item);
      bytes += own;
    }
  }
  return batches;
};
