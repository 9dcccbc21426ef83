// A table of any length, of which only the rows that are seen are there.
import {h, update} from "./dom.js";

const AROUND = 12;
const GAPS = [Symbol("before"), Symbol("after")];

export class Grid {
  /**
   * @param caption what the table is, for those who do not see it
   * @param columns {name, cell, kind}: cell makes the content for a row; kind is a class
   * @param key what a row is known by
   * @param open called with a row that is chosen; null if rows lead nowhere
   * @param seen called with the first and the end of the rows that are drawn; null if all are there
   */
  constructor({caption, columns, key, open = null, seen = null, height = 34, empty = "Nothing here."}) {
    Object.assign(this, {columns, key, open, seen, height, empty});
    this.rows = [];
    this.active = -1;

    /** What the active row is known by; null if there is none, or it is not read yet. */
    this.known = null;
    this.body = h("tbody");
    this.heads = h("tr", {"aria-rowindex": "1"}, columns.map((column) =>
      h("th", {scope: "col", class: column.kind}, column.name)));
    this.table = h("table", {class: "grid"}, h("caption", {class: "unseen"}, caption),
      h("thead", {}, this.heads), this.body);
    this.element = h("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": caption},
      this.table);
    this.element.addEventListener("scroll", () => this.later(), {passive: true});
    this.observer = new ResizeObserver(() => this.later());
    this.observer.observe(this.element);
  }

  /**
   * Shows other rows; the active one stays so by its key, or by its place as long as what is there
   * is not read. Rows that are not read are undefined.
   */
  show(rows) {
    this.rows = rows;
    if (this.known !== null) {
      const found = rows.findIndex((row) => row !== undefined && this.key(row) === this.known);
      if (found >= 0 || rows[this.active] !== undefined) this.active = found;
    }
    this.active = Math.min(this.active, rows.length - 1);
    this.recognize();
    this.table.setAttribute("aria-rowcount", String(rows.length + 1));
    this.draw();
  }

  later() {
    this.wanted ??= requestAnimationFrame(() => this.draw());
  }

  draw() {
    if (this.wanted) cancelAnimationFrame(this.wanted);
    this.wanted = null;
    const focused = this.body.contains(document.activeElement) && document.activeElement.tagName === "TR";
    if (this.rows.length === 0) {
      update(this.body, h("tr", {}, h("td", {colspan: this.columns.length, class: "quiet"}, this.empty)));
      return;
    }
    const seen = Math.ceil((this.element.clientHeight || 600) / this.height) + 2 * AROUND;
    const above = Math.floor(this.element.scrollTop / this.height) - AROUND;
    const first = Math.max(0, Math.min(above, this.rows.length - seen));
    const last = Math.min(this.rows.length, first + seen);
    const drawn = [];
    for (let at = first; at < last; at++) drawn.push(this.row(at));
    update(this.body, this.gap(GAPS[0], first), drawn, this.gap(GAPS[1], this.rows.length - last));
    if (focused) this.focus();
    this.seen?.(first, last);
  }

  recognize() {
    const row = this.rows[this.active];
    this.known = row === undefined ? null : this.key(row);
  }

  /** Takes the place of rows that are not there. */
  gap(key, rows) {
    if (rows === 0) return null;
    const cell = h("td", {colspan: this.columns.length});
    cell.style.height = rows * this.height + "px";
    return h("tr", {key, class: "gap", "aria-hidden": "true"}, cell);
  }

  row(at) {
    const row = this.rows[at];
    const active = at === this.active;
    if (row === undefined) return this.unread(at, active);
    const element = h("tr", {
      key: this.key(row), "aria-rowindex": String(at + 2), "aria-current": active ? "true" : null,
      class: (this.open ? "opens " : "") + (at % 2 ? "odd" : ""), tabindex: active ? "0" : "-1",
      onclick: this.open && ((event) => {
        if (!event.target.closest("a, button") && !String(getSelection())) this.open(row);
      }),
    }, this.columns.map((column, index) =>
      h(index === 0 ? "th" : "td", {scope: index === 0 ? "row" : null, class: column.kind}, column.cell(row))));
    element.style.height = this.height + "px";
    return element;
  }

  unread(at, active) {
    const element = h("tr", {
      key: at, "aria-rowindex": String(at + 2), "aria-current": active ? "true" : null, "aria-busy": "true",
      class: at % 2 ? "odd" : "", tabindex: active ? "0" : "-1",
    }, this.columns.map((column, index) => h(index === 0 ? "th" : "td", {scope: index === 0 ? "row" : null, class: column.kind}, index === 0 ? "…" : "")));
    element.style.height = this.height + "px";
    return element;
  }

  /** Makes another row the active one. */
  move(by) {
    if (this.rows.length === 0) return;
    this.active = Math.max(0, Math.min(this.rows.length - 1, this.active < 0 && by > 0 ? 0 : this.active + by));
    this.recognize();
    const top = this.active * this.height;
    const head = this.heads.offsetHeight;
    const view = this.element;
    if (top < view.scrollTop) view.scrollTop = top;
    else if (top + this.height + head > view.scrollTop + view.clientHeight) {
      view.scrollTop = top + this.height + head - view.clientHeight;
    }
    this.draw();
    this.focus();
  }

  focus() {
    this.body.querySelector('tr[aria-current="true"]')?.focus({preventScroll: true});
  }

  /** Follows the active row; returns whether there is one. */
  enter() {
    const row = this.rows[this.active];
    if (!row || !this.open) return false;
    this.open(row);
    return true;
  }

  close() {
    this.observer.disconnect();
  }
}
