package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.output.OutputFormat;
import io.directord.cli.output.Structured;
import io.directord.cli.output.Tables;
import io.directord.common.validation.Counted;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Prints answers in the format that was asked for; methods return the exit status. */
final class ManageOutput {
  private final Console console;
  private final OutputFormat format;

  /**
   * @param format null if none was given
   */
  ManageOutput(Console console, OutputFormat format) {
    this.console = console;
    this.format = format;
  }

  /** Null if none was given. */
  OutputFormat format() {
    return format;
  }

  /** Prints a list. An empty table is an error; an empty list in JSON or YAML is not. */
  int list(List<?> items, Supplier<List<String>> table) {
    if (items.isEmpty() && isTable()) {
      return noData();
    }
    return show(items, table);
  }

  int show(Object value, Supplier<List<String>> table) {
    if (isTable()) {
      table.get().forEach(console.out()::println);
    } else {
      console.out().print(Structured.text(value, format));
    }
    return ExitStatus.OK;
  }

  boolean isTable() {
    return format == null || format == OutputFormat.TABLE;
  }

  int noData() {
    console.error("No data found");
    return ExitStatus.FAILED;
  }

  /** Scripts get the original's table, with the count on standard error. */
  int done(int count, String what) {
    String said = Counted.of(count, what) + " forgotten";
    if (isTable() && console.terminal() != null) {
      console.out().println(said);
      return ExitStatus.OK;
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("success", true);
    result.put("removed", count);
    int status = show(result, () -> Tables.pair("SUCCESS", "True", console.columns()));
    if (isTable()) {
      console.error(said);
    }
    return status;
  }

  int finished(ExportFile file, String name) throws Failure {
    file.finish();
    String said = "Exported data to [ " + name + " ]";
    if (file.isToOutput()) {
      console.error(said);
    } else {
      console.out().println(said);
    }
    return ExitStatus.OK;
  }
}
