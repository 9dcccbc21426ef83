package io.directord.cli.command;

import io.directord.cli.output.Column;
import io.directord.cli.output.Table;
import io.directord.cli.output.Times;
import io.directord.common.api.HookView;
import java.util.List;

/** Hooks, one a line. */
final class HookTable {
  private HookTable() {}

  static Table of(List<HookView> hooks, int width) {
    Table table =
        new Table(
            width,
            Column.keep("NAME"),
            Column.keep("PENDING"),
            Column.keep("DELIVERED"),
            Column.keep("DROPPED"),
            Column.cut("TO"),
            Column.drop("ON"),
            Column.wrap("LAST_ERROR"));
    for (HookView hook : hooks) {
      HookView.Deliveries done = hook.deliveries();
      table.row(
          hook.name(),
          done.pending(),
          done.delivered(),
          done.dropped(),
          hook.to(),
          String.join(" ", hook.on()),
          done.error() == null ? "" : Times.moment(done.errorAt()) + ": " + done.error());
    }
    return table;
  }
}
