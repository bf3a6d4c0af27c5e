// What was dropped: loose files as they are, and of folders, through all that lies in them, those with a fit name.
export async function filesIn(dropped, fit) {
  const entries = [...dropped.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const loose = [...dropped.files];
  if (!entries.some((entry) => entry.isDirectory)) return loose.length ? loose : null;
  return inside(entries, fit);
}

async function inside(entries, fit) {
  const found = [];
  for (const entry of entries) {
    if (entry.isFile) {
      const file = await new Promise((good, bad) => entry.file(good, bad));
      if (fit.test(file.name)) found.push(file);
      continue;
    }
    const reader = entry.createReader();
    for (;;) { // a reader gives at most a hundred entries at a time
      const some = await new Promise((good, bad) => reader.readEntries(good, bad));
      if (!some.length) break;
      found.push(...(await inside(some, fit)));
    }
  }
  return found;
}
