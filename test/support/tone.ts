const RATE = 8000;
const HEADER = 44;

/** A tone of so many seconds as a WAV file, for a browser to play: one channel of 8 bits, not compressed. */
export const toneOf = (seconds: number): Buffer => {
  const samples = Uint8Array.from({ length: RATE * seconds }, (_, n) =>
    Math.round(128 + 60 * Math.sin((n / RATE) * 440 * 2 * Math.PI)),
  );
  const header = Buffer.alloc(HEADER);
  header.write('RIFF', 0);
  header.writeUInt32LE(HEADER - 8 + samples.length, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(RATE, 24);
  header.writeUInt32LE(RATE, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write('data', 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
};
