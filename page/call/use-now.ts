import { useEffect, useState } from 'preact/hooks';

/** The present, kept up by the second while a call is going on; `onLater` is called every `everyMs` of that time. */
export const useNow = (isGoingOn: boolean, onLater: () => void, everyMs: number): number => {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (!isGoingOn) return;
    const clock = setInterval(() => setNow(Date.now()), 1000);
    const later = setInterval(() => document.hidden || onLater(), everyMs);
    return () => {
      clearInterval(clock);
      clearInterval(later);
    };
  }, [isGoingOn]);
  return now;
};
