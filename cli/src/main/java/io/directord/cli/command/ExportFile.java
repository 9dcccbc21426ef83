package io.directord.cli.command;

import io.directord.cli.console.Failure;
import io.directord.cli.output.OutputFormat;
import io.directord.cli.output.Structured;
import io.directord.common.json.Json;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.node.ObjectNode;

/**
 * A file with a map of many entries, written one at a time, since together they may not fit into
 * memory. See {@link WholeFile}; it keeps the permissions of an earlier one.
 */
final class ExportFile implements AutoCloseable {
  private final WholeFile file;
  private final OutputFormat format;
  private final Writer out;
  private boolean begun;

  /**
   * @param name {@code -} for standard output
   * @param format YAML, unless it is JSON
   */
  ExportFile(String name, OutputFormat format) throws Failure {
    this.format = format == OutputFormat.JSON ? OutputFormat.JSON : OutputFormat.YAML;
    this.file = new WholeFile(name, false);
    try {
      out = new BufferedWriter(new OutputStreamWriter(file.open(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw file.cannotWrite(e);
    }
  }

  /** Whether the file is standard output. */
  boolean isToOutput() {
    return file.isToOutput();
  }

  void add(String key, ObjectNode value) throws Failure {
    try {
      write(key, value);
    } catch (IOException e) {
      throw file.cannotWrite(e);
    }
    begun = true;
  }

  private void write(String key, ObjectNode value) throws IOException {
    if (format == OutputFormat.YAML) {
      ObjectNode one = Json.object();
      one.set(key, value);
      out.write(Structured.text(one, format));
    } else {
      out.write(begun ? ",\n" : "{\n");
      out.write(Json.text(key) + ": " + Structured.text(value, format).stripTrailing());
    }
  }

  /** Completes the file. */
  void finish() throws Failure {
    try {
      if (format == OutputFormat.JSON) {
        out.write("\n}\n");
      }
      out.close();
      file.publish();
    } catch (IOException e) {
      throw file.cannotWrite(e);
    }
  }

  /** Removes the part file, if the file was not completed. */
  @Override
  public void close() throws Failure {
    try (out) {
      file.discard();
    } catch (IOException e) {
      throw file.cannotWrite(e);
    }
  }
}
