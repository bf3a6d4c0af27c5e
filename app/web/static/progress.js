// Hears of records as they change. Every event is a whole record, so nothing is lost with a lost connection:
// EventSource connects again by itself, and the first thing it hears is how things stand.
export function watch(address, told) {
  let source = null;
  const open = () => {
    if (source || document.hidden) return;
    source = new EventSource(address());
    source.addEventListener("record", (event) => told(JSON.parse(event.data)));
    // a stream that was refused is closed for good; the browser tries again only where it merely broke off
    source.addEventListener("error", () => {
      if (source && source.readyState === EventSource.CLOSED) { close(); setTimeout(open, 3000); }
    });
  };
  const close = () => { if (source) source.close(); source = null; };
  // browsers allow six connections to a server: a hidden tab gives its own back
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", open);
  open();
  return { again: () => { close(); open(); }, close };
}

export const busy = (record) => record.status === "received" || record.status === "recognising";

export const pagesOf = (record, words) =>
  record.pages_total ? words.replace("{done}", record.pages_done).replace("{total}", record.pages_total) : "";
