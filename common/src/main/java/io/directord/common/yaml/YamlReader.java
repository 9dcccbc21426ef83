package io.directord.common.yaml;

import io.directord.common.input.GivenFile;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Reads one YAML file as nodes with places, within limits that no honest file reaches, and collects
 * its errors. Not thread-safe.
 */
public final class YamlReader {
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private final Path file;
  private final int maxBytes;
  private final List<ValidationError> errors = new ArrayList<>();

  /**
   * @param maxBytes a larger file is refused
   */
  public YamlReader(Path file, int maxBytes) {
    this.file = file;
    this.maxBytes = maxBytes;
  }

  /**
   * Reads the file.
   *
   * @return the document, or null if it is empty
   */
  public Node compose() throws UnreadableYamlException {
    return compose(bytes());
  }

  /**
   * Parses the content of the file, which the caller has read.
   *
   * @return the document, or null if it is empty
   */
  public Node compose(byte[] bytes) throws UnreadableYamlException {
    return compose(bytes, true);
  }

  /**
   * Likewise, for somebody else: aliases are refused, which make much of little, so that what is
   * made of the text takes no more memory than its length lets one expect.
   */
  public Node composePlain(byte[] bytes) throws UnreadableYamlException {
    return compose(bytes, false);
  }

  private Node compose(byte[] bytes, boolean takesAliases) throws UnreadableYamlException {
    if (bytes.length > maxBytes) {
      throw unreadable(whole(), "this file is larger than " + size(maxBytes));
    }
    String text = text(bytes);
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(maxBytes);
    try {
      // A Yaml object would set up what makes and prints objects too, which takes longer than all
      // else
      // about a small file, and has the platform's logging open the jar.
      ParserImpl parser = new CountingParser(new StreamReader(text), limits, takesAliases);
      return new Composer(parser, new ScalarResolver(), limits).getSingleNode();
    } catch (CountingParser.RefusedException e) {
      throw unreadable(place(e.getProblemMark()), e.getProblem());
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark() != null ? e.getProblemMark() : e.getContextMark();
      throw unreadable(
          place(mark), "not valid YAML: " + e.getProblem() + context(e, mark) + advice(e));
    } catch (ReaderException e) {
      throw unreadable(
          behind(text.substring(0, text.offsetByCodePoints(0, e.getPosition()))),
          String.format("the character U+%04X is not allowed in YAML", e.getCodePoint()));
    } catch (YAMLException e) {
      throw unreadable(whole(), "this YAML is refused: " + e.getMessage());
    }
  }

  /** A hint for authors of commands. */
  private static String advice(MarkedYAMLException e) {
    return "mapping values are not allowed here".equals(e.getProblem())
        ? "; a text with ': ' in it must be in quotes, or stand in lines of its own below a '|'"
        : "";
  }

  /** Where the construct began: an unclosed quote, for example, is noticed much later. */
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

  /** Adds an error; all are reported together. */
  public void note(Node node, String message) {
    errors.add(place(node).error(message));
  }

  /** Adds an error of the file as a whole. */
  public void note(String message) {
    errors.add(whole().error(message));
  }

  /** The errors so far. */
  public List<ValidationError> errors() {
    return errors;
  }

  /** The file as a whole. */
  public Place.InFile whole() {
    return new Place.InFile(file, 0, 0);
  }

  /** Where a node begins; the file as a whole for null, which is an empty document. */
  public Place.InFile place(Node node) {
    return place(node == null ? null : node.getStartMark());
  }

  /** The place of the first character of a text, behind its quote if it has one. */
  public Place.InFile placeOfText(Node node) {
    boolean quoted =
        node instanceof ScalarNode scalar
            && (scalar.getScalarStyle() == DumperOptions.ScalarStyle.SINGLE_QUOTED
                || scalar.getScalarStyle() == DumperOptions.ScalarStyle.DOUBLE_QUOTED);
    return place(node).right(quoted ? 1 : 0);
  }

  private Place.InFile place(Mark mark) {
    return mark == null
        ? whole()
        : new Place.InFile(file, mark.getLine() + 1, mark.getColumn() + 1);
  }

  /** The place behind a text that begins the file. */
  private Place behind(String before) {
    int line = (int) before.chars().filter(c -> c == '\n').count();
    return new Place.InFile(file, line + 1, before.length() - before.lastIndexOf('\n'));
  }

  /** Whether the node is null, as is that of a key without a value. */
  public static boolean isNull(Node node) {
    return node.getTag().equals(Tag.NULL);
  }

  private String text(byte[] bytes) throws UnreadableYamlException {
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result =
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes), out, true);
    String text = out.flip().toString();
    if (result.isError()) {
      throw unreadable(behind(text), "this byte is not UTF-8 text");
    }
    return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
  }

  private byte[] bytes() throws UnreadableYamlException {
    try (InputStream in = GivenFile.open(file)) {
      return in.readNBytes(maxBytes + 1);
    } catch (NoSuchFileException e) {
      throw unreadable(whole(), "there is no such file");
    } catch (AccessDeniedException e) {
      throw unreadable(whole(), "you may not read this file");
    } catch (IOException e) {
      throw unreadable(whole(), "this file cannot be read: " + IoErrors.say(e));
    }
  }

  private static String size(int bytes) {
    return (bytes >> 20) + " MiB";
  }

  /** An error that ends the reading of the file. */
  UnreadableYamlException unreadable(Place place, String message) {
    return new UnreadableYamlException(place.error(message));
  }
}
