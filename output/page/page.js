"use strict";
// Tables with the class "sort" are sorted by a click on a column's head; those
// with the class "find" get a field that leaves the rows that hold all its words.
(function () {
  function fold(s) {
    return s.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  }
  function value(row, i) {
    var cell = row.cells[i];
    return cell.dataset.v !== undefined ? Number(cell.dataset.v) : fold(cell.textContent.trim());
  }
  document.querySelectorAll("table.sort").forEach(function (table) {
    var heads = Array.from(table.tHead.rows[0].cells), body = table.tBodies[0];
    heads.forEach(function (head, i) {
      if (head.classList.contains("plain")) return;
      var button = document.createElement("button");
      button.type = "button";
      while (head.firstChild) button.appendChild(head.firstChild);
      head.appendChild(button);
      button.addEventListener("click", function () {
        var was = head.getAttribute("aria-sort"), numbers = head.classList.contains("num");
        var down = was ? was === "ascending" : numbers; // numbers: the largest first
        heads.forEach(function (h) { h.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        Array.from(body.rows).map(function (row) { return { row: row, v: value(row, i) }; }).sort(function (x, y) {
          var order = typeof x.v === "number" ? x.v - y.v : x.v.localeCompare(y.v);
          return down ? -order : order;
        }).forEach(function (x) { body.appendChild(x.row); });
      });
    });
  });
  document.querySelectorAll("table.find").forEach(function (table, n) {
    var rows = Array.from(table.tBodies[0].rows);
    if (rows.length < 6) return;
    var box = document.createElement("div"), label = document.createElement("label"), input = document.createElement("input");
    var said = document.createElement("span");
    box.className = "search small";
    input.type = "search";
    input.id = "find" + n;
    label.htmlFor = input.id;
    label.textContent = "Search";
    said.setAttribute("role", "status");
    said.className = "soft";
    box.append(label, input, said);
    table.parentNode.before(box);
    var texts = rows.map(function (row) { return fold(row.textContent); });
    input.addEventListener("input", function () {
      var words = fold(input.value).split(/\s+/).filter(Boolean), left = 0;
      rows.forEach(function (row, i) {
        row.hidden = !words.every(function (w) { return texts[i].includes(w); });
        if (!row.hidden) left++;
      });
      said.textContent = words.length ? left + " of " + rows.length + " rows" : "";
    });
  });
  // What a link leads to must not be hidden by a search.
  window.addEventListener("hashchange", function () {
    var to = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (to && to.hidden) to.hidden = false;
  });
})();
