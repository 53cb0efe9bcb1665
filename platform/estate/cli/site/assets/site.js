"use strict";
// A box that filters the tables of the page, the days until something ends, everything on paper.
(() => {
  const tables = [...document.querySelectorAll("table[data-filtered]")];
  const rows = tables.flatMap((table) =>
    [...table.tBodies[0].rows].map((row) => ({ row, table, words: row.textContent.toLowerCase() })),
  );

  // What is folded would not be on paper.
  addEventListener("beforeprint", () => {
    for (const folded of document.querySelectorAll("details")) folded.open = true;
  });

  const days = (text) => Math.ceil((Date.parse(text) - Date.now()) / 86400000);
  for (const time of document.querySelectorAll("td time, th time")) {
    const left = days(time.dateTime);
    if (Number.isNaN(left)) continue;
    const note = document.createElement("span");
    note.className = left < 0 ? "ended" : left <= 30 ? "soon" : "count";
    note.textContent = left < 0 ? " ended" : ` ${left} days`;
    time.after(note);
  }

  if (rows.length < 8) return;
  const box = document.createElement("form");
  box.className = "filter";
  box.setAttribute("role", "search");
  const label = document.createElement("label");
  label.htmlFor = "filter";
  label.textContent = "Filter";
  const input = document.createElement("input");
  input.id = "filter";
  input.type = "search";
  input.autocomplete = "off";
  input.placeholder = "words that a row has";
  const count = document.createElement("output");
  count.setAttribute("for", "filter");
  box.append(label, input, count);
  box.addEventListener("submit", (event) => event.preventDefault());
  tables[0].closest("section").before(box);

  const filter = () => {
    const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { row, words } of rows) {
      row.hidden = !wanted.every((word) => words.includes(word));
      if (!row.hidden) shown += 1;
    }
    for (const table of tables) {
      const left = [...table.tBodies[0].rows].some((row) => !row.hidden);
      table.closest("section").hidden = !left;
    }
    count.textContent = wanted.length ? `${shown} of ${rows.length} rows` : `${rows.length} rows`;
    const search = new URLSearchParams(location.search);
    if (wanted.length) search.set("q", input.value);
    else search.delete("q");
    const query = search.toString();
    try {
      history.replaceState(null, "", `${query ? `?${query}` : location.pathname}${location.hash}`);
    } catch {
      // From disk some browsers keep addresses as they are.
    }
  };
  input.addEventListener("input", filter);
  input.value = new URLSearchParams(location.search).get("q") ?? "";
  filter();
})();
