package io.directord.common.orchestration;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.reader.ReaderException;

/** One YAML file as nodes with marks, within limits that no honest file reaches. */
final class YamlFile {
  /** Thousands of jobs take a few hundred kilobytes. */
  static final int MAX_BYTES = 8 << 20;

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final Path file;

  YamlFile(Path file) {
    this.file = file;
  }

  /** A mistake on the way to a value. */
  static final class MistakeException extends Exception {
    private final Mistake mistake;

    MistakeException(Mistake mistake) {
      super(mistake.message());
      this.mistake = mistake;
    }

    Mistake mistake() {
      return mistake;
    }
  }

  /** The document, or null if there is none. */
  Node compose() throws MistakeException {
    String text = text();
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(MAX_BYTES);
    try {
      return new Yaml(new SafeConstructor(limits)).compose(new StringReader(text));
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark() != null ? e.getProblemMark() : e.getContextMark();
      throw mistake(place(mark), "this is no YAML: " + e.getProblem() + context(e, mark));
    } catch (ReaderException e) {
      throw mistake(
          place(text.substring(0, text.offsetByCodePoints(0, e.getPosition()))),
          String.format("the character U+%04X is not allowed in YAML", e.getCodePoint()));
    } catch (YAMLException e) {
      throw mistake(whole(), "this YAML is refused: " + e.getMessage());
    }
  }

  /** What was being read; a quote that is not closed, say, is noticed far behind it. */
  private static String context(MarkedYAMLException e, Mark noticed) {
    if (e.getContext() == null) {
      return "";
    }
    Mark begin = e.getContextMark();
    boolean elsewhere = begin != null && begin.getLine() != noticed.getLine();
    return " "
        + e.getContext()
        + (elsewhere ? " that begins in line " + (begin.getLine() + 1) : "");
  }

  /** The file, and no place in it. */
  Place whole() {
    return new Place(file, 0, 0);
  }

  Place place(Node node) {
    return place(node.getStartMark());
  }

  private Place place(Mark mark) {
    return mark == null ? whole() : new Place(file, mark.getLine() + 1, mark.getColumn() + 1);
  }

  /** The place behind a text that begins the file. */
  private Place place(String before) {
    int line = (int) before.chars().filter(c -> c == '\n').count();
    return new Place(file, line + 1, before.length() - before.lastIndexOf('\n'));
  }

  private String text() throws MistakeException {
    byte[] bytes = bytes();
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result =
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes), out, true);
    String text = out.flip().toString();
    if (result.isError()) {
      throw mistake(place(text), "this byte is not UTF-8 text");
    }
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
  }

  private byte[] bytes() throws MistakeException {
    if (Files.isDirectory(file)) {
      throw mistake(whole(), "this is a folder, not a file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw mistake(whole(), "this file is larger than " + (MAX_BYTES >> 20) + " MiB");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw mistake(whole(), "there is no such file" + new ContainerView().hint());
    } catch (AccessDeniedException e) {
      throw mistake(whole(), "you may not read this file");
    } catch (IOException e) {
      throw mistake(whole(), "this file cannot be read: " + e.getMessage());
    }
  }

  private static MistakeException mistake(Place place, String message) {
    return new MistakeException(place.mistake(message));
  }
}
