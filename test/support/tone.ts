import { wavOf } from '../../commands/lib/demo/wav.ts';

const RATE = 8000;

/** A tone of so many seconds as a WAV file, for a browser to play. */
export const toneOf = (seconds: number): Buffer =>
  wavOf(
    Uint8Array.from({ length: RATE * seconds }, (_, n) =>
      Math.round(128 + 60 * Math.sin((n / RATE) * 440 * 2 * Math.PI)),
    ),
    RATE,
  );
