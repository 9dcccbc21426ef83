package io.directord.cli.command;

import io.directord.cli.console.Failure;
import io.directord.cli.output.Format;
import io.directord.cli.output.Structured;
import io.directord.common.json.Json;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import tools.jackson.databind.node.ObjectNode;

/**
 * A file with one map of many entries, written one after the other, since together they may be
 * larger than the memory. The file is there only once it is whole.
 */
final class ExportFile implements AutoCloseable {
  private final Path file;
  private final Path part;
  private final Format format;
  private final Writer out;
  private boolean begun;

  /**
   * @param format YAML, unless it is JSON
   */
  ExportFile(String name, Format format) throws Failure, IOException {
    try {
      file = Path.of(name).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw Failure.usage("not a file's name: " + e.getInput());
    }
    if (!Files.isDirectory(file.getParent())) {
      throw Failure.usage("there is no folder " + file.getParent());
    }
    if (Files.isDirectory(file)) {
      throw Failure.usage(file + " is a folder; name a file");
    }
    this.format = format == Format.JSON ? Format.JSON : Format.YAML;
    boolean special = Files.exists(file) && !Files.isRegularFile(file);
    part = special ? file : file.resolveSibling(file.getFileName() + ".part");
    out = Files.newBufferedWriter(part);
  }

  void add(String key, ObjectNode value) throws IOException {
    if (format == Format.YAML) {
      ObjectNode one = Json.object();
      one.set(key, value);
      out.write(Structured.text(one, format));
    } else {
      out.write(begun ? ",\n" : "{\n");
      out.write(Json.text(key) + ": " + Structured.text(value, format).stripTrailing());
    }
    begun = true;
  }

  /** Makes it the file that was asked for. */
  void finish() throws IOException {
    if (format == Format.JSON) {
      out.write("\n}\n");
    }
    out.close();
    if (!part.equals(file)) {
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Leaves nothing behind of a file that was not finished. */
  @Override
  public void close() throws IOException {
    out.close();
    if (!part.equals(file)) {
      Files.deleteIfExists(part);
    }
  }
}
