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

  // Documents with marks: what is marked is chosen above; a mark that is pointed
  // at or focused tells what is known of it.
  var filter = document.querySelector("header.filter"), detail = document.getElementById("detail");
  if (!filter || !detail) return;
  var marks = Array.from(document.querySelectorAll(".m")), range = filter.querySelector("[type=range]");
  function shown(mark) { return !mark.classList.contains("hide") && !mark.closest(".block.hide"); }
  function tell(mark) {
    var name = document.createElement("b"), list = document.createElement("dl"), type = mark.firstChild;
    name.textContent = mark.textContent.slice(type.textContent.length);
    [["type", type.textContent], ["norm", mark.dataset.norm], ["entity", mark.dataset.entity], ["rule", mark.dataset.rule],
      ["confidence", mark.dataset.confidence], ["more", mark.dataset.more]].forEach(function (pair) {
      if (!pair[1]) return;
      var dt = document.createElement("dt"), dd = document.createElement("dd");
      dt.textContent = pair[0];
      dd.textContent = pair[1];
      list.append(dt, dd);
    });
    detail.replaceChildren(name, list);
    detail.hidden = false;
  }
  function choose() {
    var on = {};
    filter.querySelectorAll("[type=checkbox]").forEach(function (box) { on[box.value] = box.checked; });
    filter.querySelector("output").textContent = Number(range.value).toFixed(2);
    var counts = {};
    document.querySelectorAll(".block.boiler").forEach(function (block) {
      block.classList.toggle("hide", !on.boiler);
      counts.boiler = (counts.boiler || 0) + 1;
    });
    marks.forEach(function (mark) {
      var type = mark.classList[1];
      mark.classList.toggle("hide", !on[type] || Number(mark.dataset.confidence) < Number(range.value));
      if (shown(mark)) counts[type] = (counts[type] || 0) + 1;
      mark.tabIndex = -1;
    });
    filter.querySelectorAll("[data-count]").forEach(function (c) { c.textContent = counts[c.dataset.count] || 0; });
    var first = marks.find(shown);
    if (first) first.tabIndex = 0;
    detail.hidden = true;
  }
  function step(by) {
    var list = marks.filter(shown), at = list.indexOf(document.activeElement);
    var next = list[at < 0 ? (by > 0 ? 0 : list.length - 1) : at + by];
    if (!next) return;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }
  filter.addEventListener("input", choose);
  document.addEventListener("mouseover", function (e) {
    var mark = e.target.closest(".m");
    if (mark && shown(mark)) tell(mark);
  });
  document.addEventListener("mouseout", function (e) {
    if (e.target.closest(".m") && !document.activeElement.classList.contains("m")) detail.hidden = true;
  });
  document.addEventListener("focusin", function (e) {
    if (!e.target.classList.contains("m")) { detail.hidden = true; return; }
    marks.forEach(function (m) { m.tabIndex = -1; });
    e.target.tabIndex = 0;
    tell(e.target);
  });
  document.addEventListener("keydown", function (e) {
    if (e.ctrlKey || e.altKey || e.metaKey || /^(INPUT|TEXTAREA)$/.test(e.target.tagName) && e.target.type !== "checkbox") return;
    var onMark = document.activeElement.classList.contains("m");
    if (e.key === "n" || onMark && (e.key === "ArrowRight" || e.key === "ArrowDown")) step(1);
    else if (e.key === "p" || onMark && (e.key === "ArrowLeft" || e.key === "ArrowUp")) step(-1);
    else if (e.key === "Escape") { detail.hidden = true; if (onMark) document.activeElement.blur(); }
    else return;
    e.preventDefault();
  });
  choose();
})();
