package io.directord.cli.inventory;

import io.directord.common.json.Json;
import io.directord.common.target.FoldedNames;
import io.directord.common.target.TargetGroups;
import io.directord.common.validation.Counted;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What directord makes of an inventory, in four files: groups for the server's configuration, an
 * orchestration that keeps the variables as arguments, commands that set labels, and a list of what
 * was left out.
 */
final class ImportedFiles {
  /** As long as one expression may be, with some room. */
  private static final int MAX_EXPRESSION = 3500;

  /** What stands for itself within an expression. */
  private static final Pattern WORD =
      Pattern.compile(
          "(?!(?:and|or|not)$)[\\p{L}\\p{N}][\\p{L}\\p{N}._-]*(?:\\[[\\d:]+][\\p{L}\\p{N}._-]*)?");

  private final Inventory inventory;
  private final List<String> order;
  private final Map<Place, String> notLabels = new LinkedHashMap<>();
  private final Map<String, List<String>> groups = new LinkedHashMap<>();

  ImportedFiles(Inventory inventory) {
    this.inventory = inventory;
    this.order = inventory.byDepth();
    checkGroups();
  }

  /** The groups that the server's configuration can have; the others are left out. */
  private void checkGroups() {
    for (String name : order) {
      if (name.equals(Inventory.ALL)) {
        continue;
      }
      Place place = inventory.groups().get(name).place();
      Optional<String> wrong = TargetGroups.nameError(name);
      if (wrong.isPresent()) {
        inventory.leaveOut(place, "group " + name + ": " + wrong.get());
      } else if (inventory.hostsOf(name).isEmpty()) {
        inventory.leaveOut(place, "group " + name + ": has no hosts");
      } else {
        groups.put(name, List.of());
      }
    }
    for (String name : groups.keySet()) {
      Inventory.Group group = inventory.groups().get(name);
      List<String> targets = new ArrayList<>(FoldedNames.of(group.hosts()));
      group.children().stream()
          .filter(groups::containsKey)
          .sorted()
          .forEach(child -> targets.add("%" + child));
      groups.put(name, targets);
    }
  }

  /**
   * Writes the files into a directory.
   *
   * @return a line that says what they hold
   */
  String write(Path directory, String source) throws IOException {
    String from = "# From " + source.replaceAll("\\p{Cntrl}", "?");
    int[] counts = new int[2];
    create(
        directory.resolve("groups.yaml"), from + ": for the server's config.yaml\n" + groupsText());
    create(directory.resolve("variables.yaml"), from + "\n" + variablesText(counts));
    create(
        directory.resolve("labels.sh"), "#!/bin/sh\n" + from + "\nset -e\n" + labelsText(counts));
    create(
        directory.resolve("left-out.txt"),
        ValidationError.sorted(inventory.leftOut()).stream()
            .map(left -> left + "\n")
            .collect(Collectors.joining()));
    return Counted.of(inventory.hosts().size(), "host")
        + ", "
        + Counted.of(groups.size(), "group")
        + ", "
        + Counted.of(counts[0], "variable")
        + ", "
        + Counted.of(counts[1], "label")
        + " in "
        + directory;
  }

  private static void create(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.CREATE_NEW);
  }

  private String groupsText() {
    StringBuilder text = new StringBuilder("groups:").append(groups.isEmpty() ? " {}\n" : "\n");
    groups.forEach(
        (name, targets) ->
            text.append("  ").append(quoted(name)).append(": ").append(list(targets)).append('\n'));
    return text.toString();
  }

  /** Ansible's order of precedence is the order of the entries: the last value of a name counts. */
  private String variablesText(int[] counts) {
    StringBuilder text = new StringBuilder();
    for (boolean beside : new boolean[] {false, true}) {
      for (String name : order) {
        Inventory.Variables variables = inventory.groups().get(name).variables();
        Collection<Variable> own = (beside ? variables.beside() : variables.inline()).values();
        boolean all = name.equals(Inventory.ALL);
        if (all || groups.containsKey(name)) {
          entry(name, all ? List.of() : List.of("%" + name), jobs(own), text, counts);
        } else {
          own.forEach(left -> inventory.leaveOut(left.place(), left.name() + ": so is its group"));
        }
      }
    }
    Map<List<String>, List<String>> alike = new LinkedHashMap<>();
    inventory
        .hosts()
        .forEach(
            (name, variables) -> {
              Map<String, Variable> own = new LinkedHashMap<>(variables.inline());
              own.putAll(variables.beside());
              alike.computeIfAbsent(jobs(own.values()), absent -> new ArrayList<>()).add(name);
            });
    alike.forEach(
        (jobs, hosts) -> {
          List<String> targets = FoldedNames.of(hosts);
          entry(targets.size() == 1 ? targets.get(0) : "hosts", targets, jobs, text, counts);
        });
    return text.isEmpty() ? "[]\n" : text.toString();
  }

  private static List<String> jobs(Collection<Variable> variables) {
    return variables.stream().map(own -> own.name() + " " + own.argument()).toList();
  }

  private static void entry(
      String name, List<String> targets, List<String> jobs, StringBuilder text, int[] counts) {
    if (jobs.isEmpty()) {
      return;
    }
    text.append("- name: ").append(quoted(name)).append('\n');
    if (!targets.isEmpty()) {
      text.append("  targets: ").append(list(targets)).append('\n');
    }
    text.append("  jobs:\n");
    jobs.forEach(job -> text.append("  - ARG: ").append(quoted(job)).append('\n'));
    counts[0] += jobs.size();
  }

  private String labelsText(int[] counts) {
    Map<String, Map<String, String>> labels = new TreeMap<>();
    inventory.hosts().keySet().forEach(host -> labels.put(host, new TreeMap<>()));
    for (boolean beside : new boolean[] {false, true}) {
      for (String name : order) {
        Inventory.Variables variables = inventory.groups().get(name).variables();
        Map<String, Variable> own = beside ? variables.beside() : variables.inline();
        Set<String> hosts =
            name.equals(Inventory.ALL) ? inventory.hosts().keySet() : inventory.hostsOf(name);
        hosts.forEach(host -> put(own.values(), labels.get(host)));
      }
    }
    inventory
        .hosts()
        .forEach(
            (host, variables) -> {
              put(variables.inline().values(), labels.get(host));
              put(variables.beside().values(), labels.get(host));
            });
    Map<String, Set<String>> hostsByLabel = new TreeMap<>();
    labels.forEach(
        (host, own) ->
            own.forEach(
                (key, value) ->
                    hostsByLabel
                        .computeIfAbsent(key + "=" + value, absent -> new TreeSet<>())
                        .add(host)));
    counts[1] = hostsByLabel.size();
    notLabels.forEach(inventory::leaveOut);
    Map<Set<String>, List<String>> labelsByHosts = new LinkedHashMap<>();
    hostsByLabel.forEach(
        (label, hosts) ->
            labelsByHosts.computeIfAbsent(hosts, absent -> new ArrayList<>()).add(label));
    StringBuilder text = new StringBuilder();
    labelsByHosts.forEach(
        (hosts, own) -> {
          for (String expression : expressions(FoldedNames.of(hosts))) {
            text.append("directord manage --label ").append(shellQuoted(expression));
            own.forEach(label -> text.append(' ').append(shellQuoted(label)));
            text.append('\n');
          }
        });
    return text.toString();
  }

  /** A value that cannot be a label takes the place of one that can, as it does for Ansible. */
  private void put(Collection<Variable> variables, Map<String, String> labels) {
    for (Variable variable : variables) {
      Optional<String> wrong = variable.labelError();
      if (wrong.isEmpty()) {
        labels.put(variable.name(), variable.label());
      } else {
        labels.remove(variable.name());
        notLabels.putIfAbsent(
            variable.place(), variable.name() + " is not made a label: " + wrong.get());
      }
    }
  }

  private static List<String> expressions(List<String> terms) {
    List<String> expressions = new ArrayList<>();
    StringBuilder expression = new StringBuilder();
    for (String term : terms) {
      String written = terms.size() == 1 || WORD.matcher(term).matches() ? term : '"' + term + '"';
      if (expression.length() + written.length() > MAX_EXPRESSION) {
        expressions.add(expression.toString());
        expression.setLength(0);
      }
      expression.append(expression.isEmpty() ? "" : " or ").append(written);
    }
    expressions.add(expression.toString());
    return expressions;
  }

  private static String list(List<String> texts) {
    return texts.stream().map(ImportedFiles::quoted).collect(Collectors.joining(", ", "[", "]"));
  }

  /** In double quotes as YAML has them, which are those of JSON. */
  private static String quoted(String text) {
    return Json.text(JsonNodeFactory.instance.stringNode(text));
  }

  private static String shellQuoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
