package io.directord.verbs.builtin;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.PlanContext;
import io.directord.common.component.PlanException;
import io.directord.common.component.SourceFile;
import io.directord.common.component.Syntax;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ObjectNode;

/** COPY and ADD, which are the same: files from the operator's side to the nodes. */
public final class CopyComponent extends BuiltIn<CopyComponent.Arguments> {
  private static final Pattern TEMPLATE = Pattern.compile("\\{[{%#]");

  /**
   * @param verb {@code COPY} or {@code ADD}
   */
  public CopyComponent(String verb) {
    super(verb, Arguments::new, syntax(verb));
  }

  private static Syntax<Arguments> syntax(String verb) {
    return OwnedArguments.options(
            new Syntax<Arguments>(
                "Delivers files from where you stand to the nodes. Content that a node has already is not sent again.",
                verb + ": --chmod=0644 files/app.conf /etc/app/"))
        .flag(
            "--blueprint",
            "The content is a template, rendered with the node's ARGs.",
            (arguments, on) -> arguments.blueprint = on)
        .word(
            "SOURCE",
            "A file, or several by * ? and [ ]: absolute, relative to the working directory, or"
                + " relative to the orchestration file.",
            (arguments, word) -> arguments.source = word)
        .word(
            "DEST",
            "Absolute path on the node: of the file, or with / behind it of a directory, into which"
                + " several files go in any case.",
            (arguments, word) -> arguments.dest = Destinations.checked(word));
  }

  /** The arguments as they travel in the job, and the options that they are made of. */
  public static final class Arguments extends OwnedArguments {
    public boolean blueprint;

    /** As the author wrote it. */
    @JsonIgnore public String source;

    /** As the author wrote it. */
    @JsonIgnore public String dest;

    /**
     * The source is a pattern with one match. As with {@code cp}, the file goes into the
     * destination if that is a directory on the node, and otherwise gets its name.
     */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public boolean matched;

    /** The files and their destinations, found when the job is planned. */
    public List<SourceFile> files = List.of();

    /**
     * Paths that the source matches and that are not files. For people, since they may have
     * expected them to be delivered.
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public List<String> undelivered = List.of();
  }

  @Override
  public String lock() {
    return "copy";
  }

  @Override
  public ObjectNode plan(Arguments arguments, PlanContext context) throws PlanException {
    PlanContext.Matches matches = matches(arguments.source, context);
    List<SourceFile> found = matches.files();
    arguments.undelivered = matches.others();
    if (arguments.dest.endsWith("/") || found.size() > 1) {
      arguments.files = intoDirectory(arguments.dest, found);
    } else {
      arguments.files = List.of(found.get(0).to(arguments.dest));
      arguments.matched = isMatch(arguments.source, found.get(0));
    }
    return Json.tree(arguments);
  }

  @Override
  public void validate(Arguments arguments, ArgumentErrors errors) {
    arguments.validateMode(errors);
    if (errors.given(SourceFile.KEY, arguments.files, "a file to deliver is needed")) {
      arguments.files.forEach(file -> Destinations.validate(SourceFile.KEY, file.to(), errors));
    }
  }

  private PlanContext.Matches matches(String source, PlanContext context) throws PlanException {
    try {
      return context.files(source);
    } catch (PlanException e) {
      throw new PlanException(verb() + ": SOURCE: " + e.getMessage(), e);
    }
  }

  /**
   * Whether the source is a pattern that matched this file; a name with special characters may also
   * be a plain name.
   */
  private static boolean isMatch(String source, SourceFile found) {
    int slash = source.lastIndexOf('/');
    return !fileName(found).equals(source.substring(slash + 1))
        || source.substring(0, slash + 1).matches(".*[*?\\[].*");
  }

  private List<SourceFile> intoDirectory(String directory, List<SourceFile> found)
      throws PlanException {
    Map<String, SourceFile> byDestination = new HashMap<>();
    List<SourceFile> files = new ArrayList<>();
    for (SourceFile file : found) {
      if (TEMPLATE.matcher(fileName(file)).find()) {
        throw new PlanException(
            verb() + ": the name of " + file.path() + " would be taken for a template");
      }
      String to = (directory.endsWith("/") ? directory : directory + "/") + fileName(file);
      SourceFile other = byDestination.put(to, file);
      if (other != null) {
        throw new PlanException(
            verb() + ": " + other.path() + " and " + file.path() + " would both become " + to);
      }
      files.add(file.to(to));
    }
    return files;
  }

  private static String fileName(SourceFile file) {
    return file.path().substring(file.path().lastIndexOf('/') + 1);
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node)
      throws JobException, InterruptedException {
    NodeContext.Ownership ownership = arguments.ownership(node);
    for (SourceFile file : Given.key("files", arguments.files)) {
      Path destination = Destinations.render(Given.key("destination", file.to()), node);
      if (arguments.matched && Files.isDirectory(destination)) {
        destination = destination.resolve(fileName(file));
      }
      String sha256 =
          node.deliver(node.delivery(file.sha256()), destination, ownership, arguments.blueprint);
      node.stdout(arguments.files.size() == 1 ? sha256 : sha256 + "  " + destination + "\n");
    }
    node.changed(false);
    return Outcome.Succeeded.FINISHED;
  }
}
