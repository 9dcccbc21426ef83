package io.directord.cli.command;

import io.directord.cli.output.Column;
import io.directord.cli.output.Table;
import io.directord.cli.output.Times;
import io.directord.common.api.Bodies;
import io.directord.common.api.HookView;
import io.directord.common.api.IncomingHookView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Hooks, one a line: those that are told, and those that can be started. */
final class HookTable {
  private HookTable() {}

  /** All of them, for programs. */
  static List<Object> all(Bodies.Hooks hooks) {
    return Stream.<Object>concat(hooks.hooks().stream(), hooks.incoming().stream()).toList();
  }

  static List<String> lines(Bodies.Hooks hooks, int width) {
    List<String> lines = new ArrayList<>();
    if (!hooks.hooks().isEmpty() || hooks.incoming().isEmpty()) {
      lines.addAll(told(hooks.hooks(), width).lines());
    }
    if (!hooks.hooks().isEmpty() && !hooks.incoming().isEmpty()) {
      lines.add("");
    }
    if (!hooks.incoming().isEmpty()) {
      lines.addAll(incoming(hooks.incoming(), width).lines());
    }
    return lines;
  }

  private static Table told(List<HookView> hooks, int width) {
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
          error(done.error(), done.errorAt()));
    }
    return table;
  }

  private static Table incoming(List<IncomingHookView> hooks, int width) {
    Table table =
        new Table(
            width,
            Column.keep("NAME"),
            Column.keep("STARTED"),
            Column.keep("REPEATED"),
            Column.keep("REFUSED"),
            Column.drop("SIGNATURE"),
            Column.cut("PARAMETERS"),
            Column.cut("FILE"),
            Column.wrap("LAST_ERROR"));
    for (IncomingHookView hook : hooks) {
      IncomingHookView.Requests done = hook.requests();
      table.row(
          hook.name(),
          done.started(),
          done.repeated(),
          done.refused(),
          hook.signature(),
          String.join(" ", hook.parameters()),
          hook.file(),
          error(done.error(), done.errorAt()));
    }
    return table;
  }

  private static String error(String error, Instant at) {
    return error == null ? "" : Times.moment(at) + ": " + error;
  }
}
