package io.directord.common.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Reads the configuration file. Apart from the loader, so that a process without such a file does
 * not load a YAML parser.
 */
final class SettingsFile {

  /**
   * One {@code key: value} line and where it stands.
   *
   * @param line counted from 1
   * @param value null if there is none behind the colon
   */
  record Entry(String where, int line, String key, String value) {}

  private SettingsFile() {}

  /** The entries in order; what is wrong with the file itself goes to {@code mistakes}. */
  static List<Entry> read(Path file, Consumer<String> mistakes) {
    try (var in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      Node root = new Yaml(new SafeConstructor(new LoaderOptions())).compose(in);
      if (root == null || root.getTag().equals(Tag.NULL)) {
        return List.of();
      }
      if (root instanceof MappingNode map) {
        return map.getValue().stream()
            .map(tuple -> entry(file, tuple, mistakes))
            .filter(entry -> entry != null)
            .toList();
      }
      mistakes.accept(at(file, root) + "settings are 'key: value' lines");
    } catch (MarkedYAMLException e) {
      mistakes.accept(at(file, e.getProblemMark().getLine()) + e.getProblem());
    } catch (AccessDeniedException e) {
      mistakes.accept(file + ": you may not read this configuration file");
    } catch (IOException | YAMLException e) {
      mistakes.accept(file + ": this is no configuration file: " + e.getMessage());
    }
    return List.of();
  }

  private static Entry entry(Path file, NodeTuple tuple, Consumer<String> mistakes) {
    String where = at(file, tuple.getKeyNode());
    if (tuple.getKeyNode() instanceof ScalarNode key
        && tuple.getValueNode() instanceof ScalarNode value) {
      return new Entry(
          where,
          key.getStartMark().getLine() + 1,
          key.getValue(),
          value.getTag().equals(Tag.NULL) ? null : value.getValue());
    }
    mistakes.accept(where + "settings are 'key: value' lines");
    return null;
  }

  private static String at(Path file, Node node) {
    return at(file, node.getStartMark().getLine());
  }

  private static String at(Path file, int line) {
    return file + ":" + (line + 1) + ": ";
  }
}
