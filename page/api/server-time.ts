let skewMs = 0;

/**
 * The time by the server's clock. People's machines are minutes off, and would show wrong running
 * times.
 */
export const serverNow = (): number => Date.now() + skewMs;

/** Takes the time from an answer, which has it in whole seconds. */
export const noteServerTime = (response: Response): Response => {
  const date = Date.parse(response.headers.get('date') ?? '');
  if (date && Math.abs(date - Date.now()) > 2_000) skewMs = date - Date.now();
  return response;
};
