"use strict";
(() => {
  const form = document.getElementById("filters");
  const groups = Array.from(document.querySelectorAll("details.group"), (element) => ({
    element,
    weight: Number(element.dataset.weight),
    points: Number(element.dataset.points),
    name: element.dataset.name,
    counter: element.querySelector(".shown"),
    wasOpen: element.open,
    rows: Array.from(element.querySelectorAll("tbody tr"), (row) => ({ row, text: null })),
  }));
  if (!form || groups.length === 0) return;
  form.hidden = false;
  const search = document.getElementById("search");
  const order = document.getElementById("order");
  const status = document.getElementById("status");
  const severities = Array.from(form.querySelectorAll("input[name=severity]"));
  const live = document.getElementById("live");

  const textOf = (entry, group) => {
    if (entry.text === null) entry.text = (group.name + " " + entry.row.textContent).toLowerCase();
    return entry.text;
  };

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = new Set(severities.filter((box) => box.checked).map((box) => box.value));
    let total = 0;
    for (const group of groups) {
      const data = group.element.dataset;
      const wanted = chosen.has(data.severity) && (status.value === "" || status.value === data.status);
      let visible = 0;
      if (wanted) {
        for (const entry of group.rows) {
          const hit = words.length === 0 || words.every((word) => textOf(entry, group).includes(word));
          if (entry.row.hidden === hit) entry.row.hidden = !hit;
          if (hit) visible += 1;
        }
      }
      group.element.hidden = visible === 0;
      group.counter.textContent = visible === group.rows.length ? "" : visible.toLocaleString("en") + " of ";
      group.element.open = words.length > 0 ? visible > 0 && visible <= 200 : group.wasOpen;
      total += visible;
    }
    for (const section of document.querySelectorAll("section.groups")) {
      section.hidden = !section.querySelector("details.group:not([hidden])");
    }
    live.textContent = total.toLocaleString("en") + (total === 1 ? " finding shown" : " findings shown");
  };

  const keys = {
    severity: (a, b) => b.weight - a.weight || (a.name < b.name ? -1 : 1),
    points: (a, b) => b.points - a.points || keys.severity(a, b),
    count: (a, b) => b.rows.length - a.rows.length || keys.severity(a, b),
    rule: (a, b) => (a.name < b.name ? -1 : 1),
  };
  const arrange = () => {
    for (const section of document.querySelectorAll("section.groups")) {
      groups.filter((group) => group.element.parentElement === section).sort(keys[order.value])
        .forEach((group) => section.append(group.element));
    }
  };

  const sortRows = (table, column, down) => {
    const body = table.tBodies[0];
    const value = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent.trim();
    const compare = new Intl.Collator("en", { numeric: true }).compare;
    Array.from(body.rows).map((row) => [value(row), row])
      .sort((a, b) => (down ? -1 : 1) * compare(a[0], b[0])).forEach(([, row]) => body.append(row));
  };
  for (const heading of document.querySelectorAll("details.group thead th")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") === "ascending";
      for (const other of heading.parentElement.cells) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      sortRows(heading.closest("table"), heading.cellIndex, down);
    });
  }

  let waiting = 0;
  search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 120); });
  for (const field of [status, ...severities]) field.addEventListener("change", filter);
  order.addEventListener("change", arrange);
  form.addEventListener("submit", (event) => event.preventDefault());
  for (const group of groups) {
    group.element.querySelector("summary").addEventListener("click", () => {
      if (search.value.trim() === "") group.wasOpen = !group.element.open;
    });
  }
  addEventListener("beforeprint", () => { for (const group of groups) group.element.open = true; });
  addEventListener("afterprint", filter);
  const asked = new URLSearchParams(location.hash.slice(1)).get("search");
  if (asked) search.value = asked;
  filter();
})();
