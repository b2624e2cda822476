// This file puts a field above the table of all providers that narrows it down to the rows with every
// word that was typed. The table is whole without it. `?q=discord` in the address fills the field.
(() => {
  const heading = document.getElementById("all-providers");
  const table = heading && document.querySelector("main table");
  if (!table) return;

  // The e-mail column is compared from its beginning: `verified` is not `unverified`.
  const cells = (row) => [...row.cells].map((cell) => cell.textContent.trim().toLowerCase());
  const rows = [...table.tBodies[0].rows].map((row) => [row, cells(row)]);
  const has = ([name, id, kind, email], word) =>
    name.includes(word) || id.includes(word) || kind.includes(word) || email.startsWith(word);
  const label = document.createElement("label");
  const field = document.createElement("input");
  const count = document.createElement("output");
  label.className = "provider-filter";
  field.type = "search";
  field.placeholder = "github · openid · verified";
  field.autocomplete = "off";
  field.value = new URLSearchParams(location.search).get("q") ?? "";
  label.append("Find a provider", field, count);

  const narrow = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const [row, columns] of rows) {
      row.hidden = !words.every((word) => has(columns, word));
      shown += row.hidden ? 0 : 1;
    }
    count.value = `${shown} of ${rows.length}`;
  };
  field.addEventListener("input", narrow);
  // The book's own keys, such as the arrows that turn its pages, are not for somebody who types.
  field.addEventListener("keydown", (event) => event.stopPropagation());
  (table.closest(".table-wrapper") ?? table).before(label);
  narrow();
})();
