const CAP = 128 * 1024;

const filled = (start: string, unit: string, end: string): string =>
  start + unit.repeat(Math.floor((CAP - Buffer.byteLength(start + end)) / Buffer.byteLength(unit))) + end;

const distinctKeys = (count: number): string =>
  Array.from({ length: count }, (_, n) => `"k${n.toString(36)}":0`).join(',');

/** Bodies of a Call Center call that an attacker or a broken provider could send, by name. */
export const BAD_BODIES: Record<string, string | Uint8Array> = {
  empty: '',
  'U+0000 alone': '\0',
  'U+0000 in text, escaped': '{"callId":"nul-1","other":"a\\u0000b"}',
  'U+0000 as identity': '{"callId":"\\u0000"}',
  BOM: '\ufeff{"callId":"bom-1"}',
  'two BOMs': '\ufeff\ufeff{"callId":"bom-2"}',
  'invalid UTF-8': Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d]),
  'overlong UTF-8': Buffer.from([0xc0, 0xaf]),
  'UTF-8 of a surrogate': Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
  'UTF-16': Buffer.from('{"callId":"utf-16"}', 'utf16le'),
  'lone surrogates, escaped': '{"callId":"\\ud800","other":"\\udfff \\ud83d"}',
  'U+FFFE and U+FFFF': '{"callId":"noncharacters","other":"\ufffe\uffff"}',
  'a __proto__ key': '{"__proto__":{"callId":"polluted"},"callId":"proto-1"}',
  '__proto__ for callId': '{"__proto__":{"callId":"proto-2"}}',
  'a constructor key': '{"constructor":{"prototype":{"callId":"x"}},"callId":"constructor-1"}',
  'toString and valueOf': '{"callId":"to-string","toString":1,"valueOf":2,"hasOwnProperty":3}',
  'an object for every scalar': '{"callId":{"toString":1},"caller":{"length":9},"direction":["1"]}',
  'duplicate keys': '{"callId":"first","callId":"duplicate-keys"}',
  '100,000 keys': `{"callId":"keys",${distinctKeys(100_000)}}`,
  'as many keys as fit': `{"callId":"keys-that-fit",${distinctKeys(12_000)}}`,
  '100,000 brackets': `{"callId":"brackets","x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
  '100,000 brackets, unclosed': '['.repeat(100_000),
  '20,000 nested objects': `{"callId":"objects","x":${'{"":'.repeat(20_000)}1${'}'.repeat(20_000)}}`,
  'a million digits': `{"callId":"digits","taskId":${'9'.repeat(1_000_000)}}`,
  'as many digits as fit': filled('{"callId":"digits-that-fit","callDuration":', '9', '}'),
  'as many digits as fit, quoted': filled('{"callId":"digits-quoted","callDuration":"', '9', '"}'),
  'a price of many digits': filled('{"callId":"price","totalCustomerPrice":1.', '7', '}'),
  exponents: '{"callId":"exponents","startTime":1e400,"endTime":-1e-400,"callDuration":1E3}',
  'numbers without end': `{"callId":"numbers","x":[0.10${',0'.repeat(60_000)}]}`,
  'decimals without end': filled('{"callId":"decimals","x":[0', ',0.0', ']}'),
  'strings without end': filled('{"callId":"strings","x":[0.10', ',""', ']}'),
  'escapes without end': filled('{"callId":"escapes","other":"', '\\n', '"}'),
  'escaped quotes without end': filled('{"callId":"quotes","other":"', '\\"', '"}'),
  'control characters without end': filled('', '\u0001', ''),
  'emoji without end': filled('{"callId":"emoji","other":"', '😀', '"}'),
  'U+FFFF without end': filled('{"callId":"ffff","other":"', '\uffff', '"}'),
  'commas without end': filled('{"callId":"commas","dtmfKeys":"', ',', '"}'),
  'a list without end': filled('{"callId":"list","dtmfKeys":"', '1,', '"}'),
  'blanks without end': filled('{"callId":"blanks","callDuration":"', ' ', 'x"}'),
  'white space without end': filled('', ' ', '{"callId":"white-space"}'),
  'an identity without end': filled('{"callId":"', 'i', '"}'),
  'everything wrong': `{"callId":"",${'direction callDuration ringDuration queueDuration answered hangupBy hangupCode startTime endTime'
    .split(' ')
    .map((field) => `"${field}":"?"`)
    .join(',')}}`,
};

/** The same for what an ICC call holds as JSON in `expansionFields`. */
export const BAD_FORMS: Record<string, string> = {
  '__proto__ in a form': '[{"__proto__":{"polluted":1}}]',
  'constructor in a form': '[{"constructor":1}]',
  'a constructor called Set': '[{"constructor":{"name":"Set"}}]',
  'an empty key in a form': '{"":1}',
  'integers beyond 2^53 in a form': '[9007199254740992,123456789012345680000,-9007199254740993]',
  'exponents in a form': '[1e400,1e-400,1e21,1e-7,5e-324,-0,1.50]',
  'lone surrogates in a form': '["\\ud800",{"\\udfff":1}]',
  'U+0000 in a form': '["\\u0000",{"\\u0000":"\\u0000"}]',
  'deep form': `${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  'form of 31 levels': `${'['.repeat(31)}${']'.repeat(31)}`,
  'form of numbers without end': `[0${',1'.repeat(60_000)}]`,
  'form of empty lists without end': `[0${',[]'.repeat(40_000)}]`,
  'form of empty maps without end': `[0${',{}'.repeat(40_000)}]`,
  'form of nulls without end': `[0${',null'.repeat(25_000)}]`,
  'form of keys without end': `{${distinctKeys(8_000)}}`,
  'form of emoji without end': `["${'😀'.repeat(32_000)}"]`,
  'not JSON': '[{',
  'an empty form': '{}',
};

/** The ICC body that holds such a form. */
export const withForm = (id: string, form: string): string =>
  JSON.stringify({ data: { id, expansionFields: form } });
