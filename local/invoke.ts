/** Calls a function by serverless-offline's Lambda API; rejects with what the function throws. */
export const invoke = async <Answer>(port: number, functionName: string, event: object): Promise<Answer> => {
  const url = `http://127.0.0.1:${port}/2015-03-31/functions/${functionName}/invocations`;
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(event) });
  const text = await response.text();
  if (!response.ok || response.headers.has('x-amz-function-error')) throw new Error(reasonOf(text));
  return JSON.parse(text || 'null');
};

const reasonOf = (text: string): string => {
  try {
    return String(JSON.parse(text).errorMessage).split('\n')[0] ?? '';
  } catch {
    return text.slice(0, 300);
  }
};
