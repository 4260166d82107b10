import type { Stack } from './stack.ts';

/** What to paste where, and how to see that it works. */
export const banner = ({ urls, apiUrl, issuer, tableNames, dynamodbEndpoint }: Stack): string => {
  const width = Math.max(...Object.keys(urls).map((name) => name.length));
  const lines = Object.entries(urls).map(([name, url]) => `  ${name.padEnd(width)}  ${url}?token=local`);
  return `
Calls in a browser: ${new URL('/', apiUrl)} (one click signs in; "npm run demo" adds invented calls)

Callback URLs, for this machine (Call Center sends the token as a header instead)
${lines.join('\n')}

Calls as JSON: ${apiUrl}/calls (header "authorization: Bearer <token>"); a token for an hour:
  curl -s ${issuer}/token -d grant_type=client_credentials -d client_id=local -d client_secret=local -d scope=calls/read

Tables: ${Object.values(tableNames).join(', ')} at ${dynamodbEndpoint} (any credentials, any region)

Try it in another terminal
  curl '${urls.pns}?token=local' -d '{"id":45,"callId":"1604763745256783873","duration":6,"startAt":1671440452,"answerAt":1671440454}'

Ctrl-C stops everything; the data stays. A line for each callback:
`;
};
