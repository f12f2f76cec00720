"use strict";

// The confusion matrix: counts or row percentages, and in which order.
const matrix = document.getElementById("confusion-table");
for (const choice of document.querySelectorAll("input[name=cells]"))
  choice.addEventListener("change", () => matrix.classList.toggle("percent", choice.value === "percent" && choice.checked));

document.getElementById("confusion-order")?.addEventListener("change", event => {
  const rows = [...matrix.tBodies[0].rows];
  rows.sort(event.target.value === "mistakes"
    ? (a, b) => b.dataset.mistakes - a.dataset.mistakes || a.dataset.class - b.dataset.class
    : (a, b) => a.dataset.class - b.dataset.class);
  const order = new Map(rows.map((row, place) => [row.dataset.class, place]));
  for (const row of [matrix.tHead.rows[0], ...rows])
    row.append(...[...row.querySelectorAll("[data-class]")].sort((a, b) => order.get(a.dataset.class) - order.get(b.dataset.class)));
  matrix.tBodies[0].append(...rows);
});

// Tables that are sorted by a click on a heading.
for (const table of document.querySelectorAll("table.sortable")) {
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = heading.textContent;
    heading.replaceChildren(button);
    button.addEventListener("click", () => {
      const direction = heading.ariaSort === "descending" ? "ascending" : "descending";
      for (const other of table.tHead.rows[0].cells)
        other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", direction);
      const sign = direction === "ascending" ? 1 : -1;
      const compare = (a, b) => "value" in a.dataset ? a.dataset.value - b.dataset.value : a.textContent.localeCompare(b.textContent);
      table.tBodies[0].append(...[...table.tBodies[0].rows].sort((a, b) => sign * compare(a.cells[column], b.cells[column])));
    });
  });
}
