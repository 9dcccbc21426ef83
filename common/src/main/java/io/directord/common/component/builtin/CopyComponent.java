package io.directord.common.component.builtin;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.PlanContext;
import io.directord.common.component.PlanException;
import io.directord.common.component.SourceFile;
import io.directord.common.component.Syntax;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
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
                "Delivers files from where you stand to the nodes. What is there already is not"
                    + " sent again.",
                verb + ": --chmod=0644 files/app.conf /etc/app/"))
        .flag(
            "--blueprint",
            "The content is a template, rendered with the node's ARGs.",
            (arguments, on) -> arguments.blueprint = on)
        .word(
            "SOURCE",
            "A file, or several by * ? and [ ]: absolute, relative to the working folder, or"
                + " relative to the orchestration file.",
            (arguments, word) -> arguments.source = word)
        .word(
            "DEST",
            "Absolute path on the node; a folder if it ends with /.",
            (arguments, word) -> arguments.dest = Destinations.checked(word));
  }

  /** What travels in the job, and what it is made of. */
  public static final class Arguments extends OwnedArguments {
    public boolean blueprint;

    /** As the author wrote it. */
    @JsonIgnore public String source;

    /** As the author wrote it. */
    @JsonIgnore public String dest;

    /** What is delivered where, found when the job is planned. */
    public List<SourceFile> files = List.of();
  }

  @Override
  public String lock() {
    return "copy";
  }

  @Override
  public ObjectNode plan(Arguments arguments, PlanContext context) throws PlanException {
    List<SourceFile> found = files(arguments.source, context);
    boolean folder = arguments.dest.endsWith("/") || isGlob(arguments.source, found);
    arguments.files =
        folder ? intoFolder(arguments.dest, found) : List.of(found.get(0).to(arguments.dest));
    return Json.tree(arguments);
  }

  private List<SourceFile> files(String source, PlanContext context) throws PlanException {
    try {
      return context.files(source);
    } catch (PlanException e) {
      throw new PlanException(verb() + ": SOURCE: " + e.getMessage(), e);
    }
  }

  /** A name with special characters may also be the plain name of one file. */
  private static boolean isGlob(String source, List<SourceFile> found) {
    String name = source.substring(source.lastIndexOf('/') + 1);
    return found.size() > 1 || !fileName(found.get(0)).equals(name);
  }

  private List<SourceFile> intoFolder(String folder, List<SourceFile> found) throws PlanException {
    Map<String, SourceFile> byDestination = new HashMap<>();
    List<SourceFile> files = new ArrayList<>();
    for (SourceFile file : found) {
      if (TEMPLATE.matcher(fileName(file)).find()) {
        throw new PlanException(
            verb() + ": the name of " + file.path() + " would be taken for a template");
      }
      String to = (folder.endsWith("/") ? folder : folder + "/") + fileName(file);
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
      String sha256 =
          node.deliver(node.delivery(file.sha256()), destination, ownership, arguments.blueprint);
      node.stdout(arguments.files.size() == 1 ? sha256 : sha256 + "  " + destination + "\n");
    }
    return Outcome.Succeeded.FINISHED;
  }
}
