/**
 * The seconds from a time to a later one, in milliseconds since 1970. Below a minute they have a
 * tenth if both times do, because some products cut times to whole seconds.
 */
export const secondsOf = (from: number, to: number): number => {
  const seconds = (to - from) / 1000;
  const isPrecise = from % 1000 !== 0 && to % 1000 !== 0;
  return isPrecise && seconds < 59.95 ? Math.round(seconds * 10) / 10 : Math.round(seconds);
};
