package io.directord.cli.inventory;

import io.directord.common.validation.Place;
import io.directord.common.validation.Quoted;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Reads an inventory in Ansible's INI form. */
final class IniInventory {
  private static final Pattern SECTION =
      Pattern.compile("\\[([^:\\]]+)(?::(vars|children))?]\\s*(?:#.*)?");
  private static final Pattern ADDRESS = Pattern.compile("\\[[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*].*");
  private static final Pattern PORT = Pattern.compile("(.*[^:]):(\\d+)");

  private final Path file;
  private final Inventory inventory;
  private String group = Inventory.UNGROUPED;
  private String kind;

  IniInventory(Path file, Inventory inventory) {
    this.file = file;
    this.inventory = inventory;
  }

  void read(String text) {
    int number = 0;
    for (String line : text.lines().toList()) {
      Place.InFile place = new Place.InFile(file, ++number, 1);
      String written = line.strip();
      if (!written.isEmpty() && "#;".indexOf(written.charAt(0)) < 0) {
        read(written, place);
      }
    }
  }

  private void read(String line, Place.InFile place) {
    boolean isAddress = kind == null && ADDRESS.matcher(line).matches();
    if (line.startsWith("[") && !line.contains("=") && !isAddress) {
      Matcher section = SECTION.matcher(line);
      if (!section.matches()) {
        inventory.error(
            place, "[group], [group:vars] or [group:children] is expected, not " + Quoted.of(line));
        return;
      }
      group = section.group(1).strip();
      kind = section.group(2);
      inventory.group(group, place);
    } else if (kind == null) {
      host(line, place);
    } else if (kind.equals("children")) {
      String child = words(line, place).get(0);
      inventory.group(group, place).children().add(child);
      inventory.group(child, place);
    } else {
      variable(line, place);
    }
  }

  private void variable(String line, Place place) {
    int equals = line.indexOf('=');
    if (equals < 1) {
      inventory.error(place, "name=value is expected here, not " + Quoted.of(line));
      return;
    }
    String name = line.substring(0, equals).strip();
    JsonNode value = Variable.read(line.substring(equals + 1));
    VariableFiles.keep(
        inventory,
        "group " + group,
        inventory.group(group, place).variables().inline(),
        new Variable(name, value, place));
  }

  private void host(String line, Place place) {
    List<String> words = words(line, place);
    if (words.isEmpty()) {
      return;
    }
    String pattern = words.get(0);
    Map<String, Variable> own = new LinkedHashMap<>();
    words.stream().skip(1).forEach(word -> variable(pattern, word, own, place));
    for (String name : expanded(inventory, pattern, place)) {
      inventory.host(name, group, own, place);
    }
  }

  private void variable(String host, String word, Map<String, Variable> own, Place place) {
    int equals = word.indexOf('=');
    if (equals < 1) {
      inventory.error(place, "name=value is expected behind a host, not " + Quoted.of(word));
      return;
    }
    VariableFiles.keep(
        inventory,
        "host " + host,
        own,
        new Variable(word.substring(0, equals), Variable.read(word.substring(equals + 1)), place));
  }

  /** The names of a pattern, without its port; none if it is wrong, which is noted. */
  static List<String> expanded(Inventory inventory, String written, Place place) {
    Matcher port = PORT.matcher(written);
    String pattern = written;
    if (port.matches()) {
      pattern = port.group(1);
      inventory.leaveOut(
          place,
          "host "
              + pattern
              + ": the port "
              + port.group(2)
              + " is for Ansible itself; nodes connect to the server");
    }
    try {
      return HostRange.expand(pattern);
    } catch (IllegalArgumentException e) {
      inventory.error(place, e.getMessage());
      return List.of();
    }
  }

  /** As a shell splits them; what follows a # is a comment. */
  private List<String> words(String line, Place place) {
    List<String> words = new ArrayList<>();
    StringBuilder word = null;
    char quote = 0;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else if (c == '\\' && quote == '"' && i + 1 < line.length()) {
          word.append(line.charAt(++i));
        } else {
          word.append(c);
        }
      } else if (Character.isWhitespace(c)) {
        if (word != null) {
          words.add(word.toString());
          word = null;
        }
      } else if (c == '#' && word == null) {
        return words;
      } else {
        word = word == null ? new StringBuilder() : word;
        if (c == '\'' || c == '"') {
          quote = c;
        } else if (c == '\\' && i + 1 < line.length()) {
          word.append(line.charAt(++i));
        } else {
          word.append(c);
        }
      }
    }
    if (quote != 0) {
      inventory.error(place, "this line ends within quotes");
    }
    if (word != null) {
      words.add(word.toString());
    }
    return words;
  }
}
