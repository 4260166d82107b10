// Lambda accepts 6 MB, serverless-offline 6 MiB; the rest is for what surrounds the records.
const MAX_BYTES = 5_900_000;

/** The records in groups that fit into an invocation, in order; each group has at least one. */
export const fittingGroups = <Record>(records: Record[]): Record[][] => {
  const groups: Record[][] = [];
  let bytes = MAX_BYTES;
  for (const record of records) {
    const size = Buffer.byteLength(JSON.stringify(record));
    const group = groups.at(-1);
    bytes += size;
    if (group && bytes <= MAX_BYTES) group.push(record);
    else {
      groups.push([record]);
      bytes = size;
    }
  }
  return groups;
};
