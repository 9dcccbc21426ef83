package io.directord.cli.bootstrap;

import io.directord.common.json.PlainValues;
import io.directord.common.validation.ValidationError;
import io.directord.jinja.error.TemplateException;
import io.directord.jinja.evaluate.Context;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Makes the steps of every host of a catalog, and collects what is wrong before any is run. */
final class CatalogPlanner {
  /** The first may be in quotes; all that follows is the second. */
  private static final Pattern TWO_PATHS =
      Pattern.compile("('[^']+'|\"[^\"]+\"|\\S+)\\s+(.+)", Pattern.DOTALL);

  private static final String CURRENT = "directord_bootstrap";

  private final Catalog catalog;
  private final UnaryOperator<Address> resolve;
  private final Path keyFile;
  private final Path tools;
  private final List<ValidationError> errors;

  /**
   * @param resolve completes an address as {@code ~/.ssh/config} has it
   * @param keyFile what templates see as {@code key_file}; null for nothing
   * @param tools where local files are that do not lie beside their catalog
   */
  CatalogPlanner(Catalog catalog, UnaryOperator<Address> resolve, Path keyFile, Path tools) {
    this.catalog = catalog;
    this.resolve = resolve;
    this.keyFile = keyFile;
    this.tools = tools;
    this.errors = new ArrayList<>(catalog.errors());
  }

  /**
   * What is to be done.
   *
   * @param errors if there are any, nothing may be done
   */
  record Plan(List<HostSteps> servers, List<HostSteps> clients, List<ValidationError> errors) {}

  /**
   * Makes the plan.
   *
   * @param limit names or addresses of hosts; empty for all
   */
  Plan plan(Set<String> limit) {
    Set<String> unmet = new TreeSet<>(limit);
    List<HostSteps> servers = hosts(catalog.servers(), limit, unmet);
    List<HostSteps> clients = hosts(catalog.clients(), limit, unmet);
    for (String host : unmet) {
      errors.add(new ValidationError("--limit: no target with jobs is called " + host));
    }
    return new Plan(servers, clients, ValidationError.sorted(errors));
  }

  private List<HostSteps> hosts(Section section, Set<String> limit, Set<String> unmet) {
    List<HostSteps> hosts = new ArrayList<>();
    Map<ValidationError, List<String>> wrong = new LinkedHashMap<>();
    for (Section.Target target :
        section.jobs.isEmpty() ? List.<Section.Target>of() : section.targets) {
      Address address = resolve.apply(address(target, section));
      List<String> names = List.of(address.name(), address.host());
      if (limit.isEmpty() || names.stream().anyMatch(limit::contains)) {
        unmet.removeAll(names);
        hosts.add(new HostSteps(address, steps(section, target, address, wrong)));
      }
    }
    wrong.forEach(
        (error, of) ->
            errors.add(of.size() == hosts.size() ? error : error.place().error(with(error, of))));
    return hosts;
  }

  private static String with(ValidationError error, List<String> hosts) {
    return error.message() + " (for " + String.join(", ", hosts) + ")";
  }

  private List<Step> steps(
      Section section,
      Section.Target target,
      Address address,
      Map<ValidationError, List<String>> wrong) {
    Context names = names(section, target, address);
    List<Step> steps = new ArrayList<>();
    for (CatalogJob job : section.jobs) {
      ValidationError error;
      try {
        steps.add(step(job, job.template().render(names)));
        continue;
      } catch (TemplateException e) {
        error = job.at(e.line()).error(e.getMessage());
      } catch (StepException e) {
        error = job.place().error(job.verb() + ": " + e.getMessage());
      }
      wrong.computeIfAbsent(error, same -> new ArrayList<>()).add(address.name());
    }
    return steps;
  }

  private static Address address(Section.Target target, Section section) {
    String host = target.values().get("host").asString();
    JsonNode port = value("port", target, section);
    JsonNode user = value("username", target, section);
    JsonNode name = target.values().get("name");
    int number = port == null ? 0 : CatalogReader.port(port);
    return new Address(
        name == null || name.isNull() ? Address.shown(host, number) : name.asString(),
        host,
        number,
        user == null ? null : user.asString());
  }

  private static JsonNode value(String key, Section.Target target, Section section) {
    JsonNode own = target.values().get(key);
    JsonNode value = own == null || own.isNull() ? section.args.get(key) : own;
    return value == null || value.isNull() ? null : value;
  }

  private Context names(Section section, Section.Target target, Address address) {
    return name -> {
      if (!name.equals(CURRENT)) {
        JsonNode value = catalog.values().get(name);
        return value == null ? Context.ABSENT : PlainValues.of(value);
      }
      Map<Object, Object> current = new LinkedHashMap<>();
      target
          .values()
          .properties()
          .forEach(e -> current.put(e.getKey(), PlainValues.of(e.getValue())));
      current.put("port", (long) address.port());
      current.put("username", address.user());
      current.put("jobs", PlainValues.of(catalog.values().get(section.name).get("jobs")));
      if (keyFile != null) {
        current.put("key_file", keyFile.toString());
      }
      return current;
    };
  }

  private Step step(CatalogJob job, String text) throws StepException {
    if (job.verb() == CatalogJob.Verb.RUN) {
      return new CatalogSteps.Run(text);
    }
    Matcher two = TWO_PATHS.matcher(text.strip());
    boolean add = job.verb() == CatalogJob.Verb.ADD;
    if (!two.matches()) {
      throw new StepException(
          (add ? "LOCAL and REMOTE" : "REMOTE and LOCAL") + " are expected, not '" + text + "'");
    }
    String first = unquoted(two.group(1));
    String second = unquoted(two.group(2));
    return add
        ? new CatalogSteps.Add(local(Path.of(first), job.file()), second)
        : new CatalogSteps.Get(first, Path.of(second).toAbsolutePath());
  }

  private static String unquoted(String path) {
    boolean isQuoted = path.matches("(?s)'.+'|\".+\"");
    return isQuoted ? path.substring(1, path.length() - 1) : path;
  }

  /**
   * An absolute file may be brought by a job before; one of the catalog's own must be there from
   * the beginning.
   */
  private Path local(Path file, Path catalogFile) throws StepException {
    if (file.isAbsolute()) {
      return file;
    }
    Path beside = catalogFile.toAbsolutePath().resolveSibling(file);
    if (Files.isRegularFile(beside)) {
      return beside;
    }
    Path distributed = tools.resolve(file);
    if (!Files.isRegularFile(distributed)) {
      throw new StepException("there is no file " + beside + ", and no " + distributed);
    }
    return distributed;
  }
}
