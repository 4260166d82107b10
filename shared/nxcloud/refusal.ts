import { Unlisted } from './unlisted.ts';

/** The code of a request whose `ts` is more than a minute off. */
export const EXPIRED = 1004;

const ADVICE: Record<number, string> = {
  1001: 'headers are missing that every request has; look for a proxy on the way that removes them',
  1002: 'it does not accept a parameter',
  1003: 'the signature is wrong; put the secret of NXCLOUD_ACCESS_KEY again, by "npm run secret", on stage local as NXCLOUD_SECRET',
  [EXPIRED]: "the time is over a minute off, by this machine's clock and by NXCloud's; set the clock",
  1005: 'NXCLOUD_ACCESS_KEY is not known at NXCLOUD_GATEWAY, which each region has another of, or its account has no Call Center',
  41000: 'it does not accept the period or another parameter',
};

// NXCloud gives 1000 to 1009 to what is wrong with who asks.
const isFinal = (code: number): boolean => code in ADVICE || (code >= 1000 && code < 1010);

const MAX_LENGTH = 200;

/** Why NXCloud refused, by the code and the message that it answered with; the message can repeat what it was asked. */
export const refused = (code: number, msg: string, { accessSecret }: { accessSecret: string }): Unlisted => {
  const said = msg.includes(accessSecret) ? '' : msg.slice(0, MAX_LENGTH).replace(NUMBER, '…');
  const reason = [ADVICE[code], said && `it says "${said}"`].filter(Boolean).join('; ');
  return new Unlisted(`NXCloud answered ${code}: ${reason || 'it says nothing else'}`, {
    code,
    isFinal: isFinal(code),
  });
};

const NUMBER = /\S*\d{5}\S*/g;
