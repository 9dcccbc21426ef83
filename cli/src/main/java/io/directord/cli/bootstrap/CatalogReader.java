package io.directord.cli.bootstrap;

import io.directord.common.json.Json;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import io.directord.common.yaml.UnreadableYamlException;
import io.directord.common.yaml.YamlFields;
import io.directord.common.yaml.YamlFields.Field;
import io.directord.common.yaml.YamlReader;
import io.directord.common.yaml.YamlValues;
import io.directord.jinja.Environment;
import io.directord.jinja.error.TemplateException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads catalogs and merges them: mappings by key, lists one behind the other, of anything else the
 * last one. Collects all errors.
 */
final class CatalogReader {
  private static final int MAX_BYTES = 4 << 20;
  private static final List<String> VERBS =
      Stream.of(CatalogJob.Verb.values()).map(Enum::name).toList();

  private static final List<String> SECTIONS = List.of(Section.SERVERS, Section.CLIENTS);

  private final Environment templates;
  private final ObjectNode values = Json.object();
  private final Section servers = new Section(Section.SERVERS);
  private final Section clients = new Section(Section.CLIENTS);
  private final List<ValidationError> errors = new ArrayList<>();

  CatalogReader(Environment templates) {
    this.templates = templates;
  }

  /** The files as one catalog, with what is wrong in them. */
  Catalog read(List<Path> files) {
    boolean all = true;
    for (Path file : files) {
      all &= read(file);
    }
    if (all) {
      Stream.of(servers, clients).forEach(this::check);
    }
    boolean nothing = Stream.of(servers, clients).allMatch(section -> section.jobs.isEmpty());
    if (errors.isEmpty() && nothing) {
      errors.add(
          new ValidationError(
              "the catalogs have no jobs: "
                  + Section.SERVERS
                  + " or "
                  + Section.CLIENTS
                  + " with targets and jobs is expected"));
    }
    return new Catalog(values, servers, clients, errors);
  }

  /** Whether the file is a catalog; if not, others may seem to lack what it should have had. */
  private boolean read(Path file) {
    boolean isCatalog = false;
    YamlReader yaml = new YamlReader(file, MAX_BYTES);
    try {
      Node root = yaml.compose();
      if (root instanceof MappingNode map) {
        JsonNode read = new YamlValues(yaml).json(map);
        merge("", values, (ObjectNode) read, yaml.whole());
        new OfFile(file, yaml).sections(map);
        isCatalog = true;
      } else {
        yaml.note(root, "a mapping is expected here, with " + Section.SERVERS + " and so on");
      }
    } catch (UnreadableYamlException e) {
      errors.add(e.error());
    }
    errors.addAll(yaml.errors());
    return isCatalog;
  }

  private void merge(String path, ObjectNode base, ObjectNode added, Place.InFile file) {
    for (Map.Entry<String, JsonNode> entry : added.properties()) {
      String key = entry.getKey();
      JsonNode old = base.get(key);
      JsonNode value = entry.getValue();
      if (old == null || old.isNull()) {
        base.set(key, value);
      } else if (old instanceof ObjectNode map && value instanceof ObjectNode more) {
        merge(path + key + ".", map, more, file);
      } else if (old instanceof ArrayNode list && value instanceof ArrayNode more) {
        list.addAll(more);
      } else if (value.isContainer()) {
        errors.add(
            file.error(
                path
                    + key
                    + " is a "
                    + (value.isArray() ? "list" : "mapping")
                    + " here, and something else in a catalog before"));
      } else if (!value.isNull()) {
        base.set(key, value);
      }
    }
  }

  private void check(Section section) {
    if (section.place == null) {
      return;
    }
    if (section.hasJobs && !section.hasTargets) {
      errors.add(
          section.place.error(section.name + " has jobs, and no catalog has targets for them"));
    }
    // An inventory beside a catalog for clients only may name the server, for templates.
    if (section.hasTargets && !section.hasJobs && !section.isOfServers()) {
      errors.add(
          section.place.error(section.name + " has targets, and no catalog has jobs for them"));
    }
  }

  /** What one file adds to the sections. */
  private final class OfFile {
    private final Path file;
    private final YamlReader yaml;
    private final YamlFields fields;

    OfFile(Path file, YamlReader yaml) {
      this.file = file;
      this.yaml = yaml;
      this.fields = new YamlFields(yaml);
    }

    void sections(MappingNode root) throws UnreadableYamlException {
      Map<String, Field> all = fields.all(root);
      for (Section section : List.of(servers, clients)) {
        Field field = all.get(section.name);
        if (field != null && isMapping(field)) {
          section.place = section.place == null ? yaml.place(field.key()) : section.place;
          section((MappingNode) field.value(), section);
        }
      }
      all.values().forEach(this::lookAlike);
    }

    /** Any key may hold values for templates, but one that looks like a section is a mistake. */
    private void lookAlike(Field field) {
      if (!SECTIONS.contains(field.name())) {
        Nearest.to(field.name(), SECTIONS)
            .ifPresent(
                near ->
                    yaml.note(
                        field.key(),
                        "unknown part " + field.name() + " (did you mean " + near + "?)"));
      }
    }

    private void section(MappingNode map, Section section) throws UnreadableYamlException {
      Map<String, Field> all = fields.all(map);
      Field args = all.get("args");
      if (args != null && isMapping(args)) {
        ObjectNode given = (ObjectNode) new YamlValues(yaml).json(args.value());
        port(given, yaml.place(args.value()));
        given.properties().forEach(entry -> section.args.put(entry.getKey(), entry.getValue()));
      }
      Field targets = all.get("targets");
      section.hasTargets |= targets != null;
      if (targets != null && isList(targets)) {
        for (Node target : ((SequenceNode) targets.value()).getValue()) {
          target(target, section);
        }
      }
      Field jobs = all.get("jobs");
      section.hasJobs |= jobs != null;
      if (jobs != null && isList(jobs)) {
        jobs((SequenceNode) jobs.value(), section);
      }
    }

    private void target(Node node, Section section) throws UnreadableYamlException {
      if (!(node instanceof MappingNode map)) {
        yaml.note(node, "a target is a mapping, with host, and perhaps port, username and name");
        return;
      }
      ObjectNode values = (ObjectNode) new YamlValues(yaml).json(map);
      if (!values.path("host").isString() || values.path("host").asString().isBlank()) {
        yaml.note(node, "host is missing: the name or address of this target");
        return;
      }
      port(values, yaml.place(node));
      section.targets.add(new Section.Target(yaml.place(node), values));
    }

    private void port(ObjectNode values, Place.InFile place) {
      JsonNode port = values.get("port");
      if (port != null && CatalogReader.port(port) == 0) {
        errors.add(place.error("port: a number from 1 to " + Address.MAX_PORT + " is expected"));
      }
    }

    private void jobs(SequenceNode list, Section section) {
      for (Node job : list.getValue()) {
        if (job instanceof SequenceNode nested) {
          jobs(nested, section);
        } else {
          job(job, section);
        }
      }
    }

    private void job(Node node, Section section) {
      List<Field> written = node instanceof MappingNode map ? YamlFields.written(map) : List.of();
      if (written.size() != 1) {
        yaml.note(
            node,
            "a job is a mapping of one key, " + String.join(", ", VERBS) + ", or a list of jobs");
        return;
      }
      Field field = written.get(0);
      if (!VERBS.contains(field.name())) {
        yaml.note(
            field.key(),
            "unknown job "
                + field.name()
                + Nearest.hint(field.name(), VERBS)
                + "; there are "
                + String.join(", ", VERBS));
        return;
      }
      String text = fields.text(field);
      if (text == null ? YamlReader.isNull(field.value()) : text.isBlank()) {
        yaml.note(field.value(), field.name() + " is empty");
      }
      if (text == null || text.isBlank()) {
        return;
      }
      ScalarNode words = (ScalarNode) field.value();
      Place.InFile place = placeOfWords(words);
      try {
        section.jobs.add(
            new CatalogJob(
                CatalogJob.Verb.valueOf(field.name()),
                templates.parse(text),
                file,
                place,
                isLiteral(words)));
      } catch (TemplateException e) {
        errors.add(
            CatalogJob.at(place, e.line(), isLiteral(words))
                .error("the template cannot be read: " + e.getMessage()));
      }
    }

    /** Of words in lines of their own, below a | or a >, the first of these lines. */
    private Place.InFile placeOfWords(ScalarNode words) {
      Place.InFile place = yaml.placeOfText(words);
      boolean below = words.getScalarStyle() == ScalarStyle.FOLDED || isLiteral(words);
      return below ? new Place.InFile(place.file(), place.line() + 1, 1) : place;
    }

    private static boolean isLiteral(ScalarNode words) {
      return words.getScalarStyle() == ScalarStyle.LITERAL;
    }

    private boolean isMapping(Field field) {
      return is(MappingNode.class, "mapping", field);
    }

    private boolean isList(Field field) {
      return is(SequenceNode.class, "list", field);
    }

    private boolean is(Class<? extends Node> kind, String name, Field field) {
      if (YamlReader.isNull(field.value())) {
        return false;
      }
      boolean is = kind.isInstance(field.value());
      if (!is) {
        yaml.note(field.value(), field.name() + ": a " + name + " is expected here");
      }
      return is;
    }
  }

  /** The port, or 0 if it is none. */
  static int port(JsonNode value) {
    String text = value.isContainer() ? "" : value.asString();
    int port = text.matches("\\d{1,5}") ? Integer.parseInt(text) : 0;
    return port <= Address.MAX_PORT ? port : 0;
  }
}
