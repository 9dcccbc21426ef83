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
   */
  constructor({caption, columns, key, open = null, height = 34, empty = "Nothing here."}) {
    Object.assign(this, {columns, key, open, height, empty});
    this.rows = [];
    this.active = -1;
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

  /** Shows other rows; the active one stays so by its key. */
  show(rows) {
    const known = this.active >= 0 && this.rows[this.active] ? this.key(this.rows[this.active]) : null;
    this.rows = rows;
    this.active = known === null ? -1 : rows.findIndex((row) => this.key(row) === known);
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

  /** Makes another row the active one. */
  move(by) {
    if (this.rows.length === 0) return;
    this.active = Math.max(0, Math.min(this.rows.length - 1, this.active < 0 && by > 0 ? 0 : this.active + by));
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
