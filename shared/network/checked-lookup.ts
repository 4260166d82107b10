import { lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** A name that exists in DNS, but has no address. */
export class NoAddress extends Error {
  override name = 'its host has no address';
}

/**
 * A lookup for a request that gives the connection only addresses for which `check` does not throw.
 * There is no second lookup, so a name server cannot give another address in between. An address in
 * a URL never reaches it.
 */
export const checkedLookup =
  (check: (address: string) => void, lookup: typeof systemLookup = systemLookup): LookupFunction =>
  (host, { all, ...how }, done) => {
    lookup(host, { ...how, all: true }, (error, addresses = []) => {
      try {
        if (error) throw error;
        for (const { address } of addresses) check(address);
        const [first] = addresses;
        if (first === undefined) throw new NoAddress();
        if (all) done(null, addresses);
        else done(null, first.address, first.family);
      } catch (problem) {
        done(problem as Error, []);
      }
    });
  };
