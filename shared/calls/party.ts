const SCHEME = /^\s*(?:sips?|tel):/i;
const HOST_OR_PARAMETERS = /[@;,].*$/s;
// 85235757581x12. Only after digits, because names contain an x too.
const EXTENSION = /^([+\d\s().-]*\d[\s.]*)x.*$/is;

/**
 * A side of a call: a telephone number as its digits without leading zeros, or a name in lower
 * case.
 */
export type Party = { digits: string } | { name: string };

/** The number or name itself, without `sip:`, host, parameters and extension. */
export const barePartyOf = (written: string): string =>
  written.replace(SCHEME, '').replace(HOST_OR_PARAMETERS, '').replace(EXTENSION, '$1').trim();

/**
 * A caller or callee in any notation: `+852 3575-7581`, `sip:85235757581@10.0.0.1`,
 * `NX09445G000025`.
 */
export const partyOf = (written: string): Party => {
  const bare = barePartyOf(written);
  return /\p{L}/u.test(bare)
    ? { name: bare.toLowerCase() }
    : { digits: bare.replace(/\D/g, '').replace(/^0+/, '') };
};

/** How many last digits two notations of a number must share. */
export const MIN_SHARED_DIGITS = 7;

/**
 * What an index stores of a party: the last digits of a number, or the name; undefined if there is
 * neither.
 */
export const partyKey = (written: string | undefined): string | undefined => {
  if (written === undefined) return undefined;
  const party = partyOf(written);
  return ('name' in party ? party.name : party.digits.slice(-MIN_SHARED_DIGITS)) || undefined;
};

/**
 * Whether two notations are of one party: equal names, or numbers of which one ends with the other.
 */
export const isSameParty = (a: string, b: string, minDigits = MIN_SHARED_DIGITS): boolean => {
  const [one, other] = [partyOf(a), partyOf(b)];
  if ('name' in one || 'name' in other) return 'name' in one && 'name' in other && one.name === other.name;
  const [shorter, longer] = [one.digits, other.digits].sort((x, y) => x.length - y.length) as [
    string,
    string,
  ];
  if (shorter.length < minDigits) return shorter !== '' && shorter === longer;
  return longer.endsWith(shorter);
};
