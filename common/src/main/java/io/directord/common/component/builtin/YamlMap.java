package io.directord.common.component.builtin;

import io.directord.common.component.JobException;
import io.directord.common.json.Json;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads a file on the node that holds a map, as JSON or YAML; JSON is YAML too. */
final class YamlMap {
  private static final int MAX_BYTES = 16 << 20;

  /** As many as tens of thousands of arguments have; aliases may expand to more. */
  private static final int MAX_VALUES = 250_000;

  private static final int MAX_DEPTH = 60;

  private int values;

  private YamlMap() {}

  /**
   * The map in that file; an empty one if there is nothing in it.
   *
   * @throws JobException saying what is wrong with the file, and in which line and column
   */
  static ObjectNode read(Path file) throws JobException {
    String text = text(file);
    LoaderOptions limits = new LoaderOptions();
    limits.setCodePointLimit(MAX_BYTES);
    Yaml yaml =
        new Yaml(
            new SafeConstructor(limits),
            new Representer(new DumperOptions()),
            new DumperOptions(),
            limits,
            new DatesAreTexts());
    try {
      Object loaded = yaml.load(text);
      if (loaded == null) {
        return Json.object();
      }
      if (new YamlMap().json(loaded, 0) instanceof ObjectNode map) {
        return map;
      }
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark() != null ? e.getProblemMark() : e.getContextMark();
      String place = mark == null ? "" : ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1);
      throw new JobException(file + place + ": neither JSON nor YAML: " + e.getProblem(), e);
    } catch (YAMLException | IllegalArgumentException | JacksonException e) {
      throw new JobException(file + ": neither JSON nor YAML: " + e.getMessage(), e);
    }
    throw new JobException(file + ": a map of arguments is expected");
  }

  private static String text(Path file) throws JobException {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new JobException(file + " is longer than " + (MAX_BYTES >> 20) + " MiB");
      }
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw new JobException("there is no file " + file, e);
    } catch (CharacterCodingException e) {
      throw new JobException(file + " is not UTF-8", e);
    } catch (IOException e) {
      throw new JobException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private JsonNode json(Object value, int depth) {
    if (++values > MAX_VALUES || depth > MAX_DEPTH) {
      throw new YAMLException("it is nested too deeply, or expands to too many values");
    }
    if (value instanceof Map<?, ?> map) {
      ObjectNode out = Json.object();
      map.forEach((key, element) -> out.set(String.valueOf(key), json(element, depth + 1)));
      return out;
    }
    if (value instanceof List<?> list) {
      ArrayNode out = Json.mapper().createArrayNode();
      list.forEach(element -> out.add(json(element, depth + 1)));
      return out;
    }
    return Json.tree(value);
  }

  /** JSON has no dates. */
  private static final class DatesAreTexts extends Resolver {
    @Override
    public void addImplicitResolver(Tag tag, Pattern pattern, String first, int limit) {
      if (!tag.equals(Tag.TIMESTAMP)) {
        super.addImplicitResolver(tag, pattern, first, limit);
      }
    }
  }
}
