let skewMs = 0;

/** The time by the server's clock: people's machines are minutes off, and a running call would be too. */
export const serverNow = (): number => Date.now() + skewMs;

/** Learns the time from an answer, which tells it in whole seconds. */
export const noteServerTime = (response: Response): Response => {
  const date = Date.parse(response.headers.get('date') ?? '');
  if (date && Math.abs(date - Date.now()) > 2_000) skewMs = date - Date.now();
  return response;
};
