/** Beginnings of files by their types, as recorders write them. */
export const BEGINNINGS = {
  mp3: Buffer.from('fff344c40000000348000000004c414d45332e3130', 'hex'),
  'mp3 with ID3': Buffer.from(
    '49443304000000000018545353450000000e0000034c61766635382e37362e313030fff344c400',
    'hex',
  ),
  // With a cover of 20 KB.
  'mp3 with a picture': Buffer.from('4944330400000001202041504943000048000000', 'hex'),
  wav: Buffer.from('524946462408000057415645666d74201000000001000100401f0000803e0000', 'hex'),
  ogg: Buffer.from(
    '4f67675300020000000000000000a5a5a5a500000000a5a5a5a5011e01766f726269730000000001401f0000',
    'hex',
  ),
  opus: Buffer.from(
    '4f67675300020000000000000000a5a5a5a500000000a5a5a5a501134f707573486561640101380180bb0000000000',
    'hex',
  ),
  m4a: Buffer.from('0000001c667479704d344120000002004d34412069736f6d69736f3200000008', 'hex'),
  amr: Buffer.from('2321414d520a3c91170016c1', 'hex'),
  'wide amr': Buffer.from('2321414d522d57420a24', 'hex'),
  html: Buffer.from('<!doctype html><title>Not yet</title>'),
  json: Buffer.from('{"code":1,"info":"params invalid"}'),
  jpeg: Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
  gzip: Buffer.from('1f8b0800000000000003', 'hex'),
  zip: Buffer.from('504b0304140000000800', 'hex'),
  program: Buffer.from('7f454c4602010100000000000000000003003e00', 'hex'),
} as const;

/** A recording of so many bytes that begins so; no two parts of it are alike. */
export const recording = (bytes: number, beginning: Buffer = BEGINNINGS.mp3): Buffer => {
  const file = Buffer.alloc(bytes);
  for (let at = 0; at + 4 <= bytes; at += 4) file.writeUInt32LE((at * 2654435761) % 2 ** 32, at);
  beginning.copy(file);
  return file;
};
