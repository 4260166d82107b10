import { Unlisted } from './unlisted.ts';

/** The code for a request whose `ts` is more than a minute off. */
export const EXPIRED = 1004;

const ADVICE: Record<number, string> = {
  1001: 'required headers are missing; check whether a proxy on the way removes them',
  1002: 'it does not accept a parameter',
  1003: 'the signature is wrong; put the secret of NXCLOUD_ACCESS_KEY again with "npm run secret", on stage local as NXCLOUD_SECRET',
  [EXPIRED]: "the time is over a minute off, by this machine's clock and by NXCloud's; set the clock",
  1005: 'NXCLOUD_GATEWAY does not know NXCLOUD_ACCESS_KEY (each region has its own gateway), or its account has no Call Center',
  41000: 'it does not accept the period or another parameter',
};

// NXCloud uses 1000 to 1009 for problems with the caller.
const isFinal = (code: number): boolean => code in ADVICE || (code >= 1000 && code < 1010);

const MAX_LENGTH = 200;

/** Why NXCloud refused, by its code and its message, which can repeat parts of the request. */
export const refused = (code: number, msg: string, { accessSecret }: { accessSecret: string }): Unlisted => {
  const said = msg.includes(accessSecret) ? '' : msg.slice(0, MAX_LENGTH).replace(NUMBER, '…');
  const reason = [ADVICE[code], said && `it says "${said}"`].filter(Boolean).join('; ');
  return new Unlisted(`NXCloud answered ${code}: ${reason || 'it says nothing else'}`, {
    code,
    isFinal: isFinal(code),
  });
};

const NUMBER = /\S*\d{5}\S*/g;
