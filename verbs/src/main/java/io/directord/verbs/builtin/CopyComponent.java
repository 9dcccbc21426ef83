package io.directord.verbs.builtin;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.PlanContext;
import io.directord.common.component.PlanException;
import io.directord.common.component.Preview;
import io.directord.common.component.PreviewContext;
import io.directord.common.component.SourceFile;
import io.directord.common.component.Syntax;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import io.directord.common.tree.Excludes;
import io.directord.common.tree.SourceTree;
import io.directord.common.tree.TreeChanges;
import io.directord.common.tree.TreeOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
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

  @Override
  public Set<String> deniedWith() {
    return Set.of("ADD", "COPY");
  }

  private static Syntax<Arguments> syntax(String verb) {
    return OwnedArguments.options(
            new Syntax<Arguments>(
                "Delivers files from where you stand to the nodes. Content that a node has already is not sent again.",
                verb + ": --chmod=0644 files/app.conf /etc/app/",
                verb + ": --recursive --delete --exclude '*.tmp' site/ /srv/site/"))
        .flag(
            "--blueprint",
            "The content is a template, rendered with the node's ARGs.",
            (arguments, on) -> arguments.blueprint = on)
        .flag(
            "--recursive",
            "SOURCE is a directory, and DEST becomes as it is: files, links, modes, empty"
                + " directories. Only files that differ are sent.",
            (arguments, on) -> arguments.recursive = on)
        .flag(
            "--delete",
            "With --recursive: also delete in DEST what SOURCE does not have.",
            (arguments, on) -> arguments.delete = on)
        .option(
            "--exclude",
            "PATTERN",
            "With --recursive: leave alone what matches, such as *.tmp, cache/ or docs/*.pdf; may"
                + " be given several times.",
            (arguments, text) -> arguments.exclude.add(excluded(text)))
        .word(
            "SOURCE",
            "A file, or several by * ? and [ ], or with --recursive a directory: absolute, relative"
                + " to the working directory, or relative to the orchestration file.",
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

    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public boolean recursive;

    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public boolean delete;

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public List<String> exclude = new ArrayList<>();

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

    /** The directory and its destination, found when the job is planned; null without one. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public SourceTree tree;

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
    if (arguments.recursive) {
      planTree(arguments, context);
      return planned(arguments);
    }
    PlanContext.Matches matches = matches(arguments.source, context);
    List<SourceFile> found = matches.files();
    arguments.undelivered = matches.others();
    if (arguments.dest.endsWith("/") || found.size() > 1) {
      arguments.files = intoDirectory(arguments.dest, found);
    } else {
      arguments.files = List.of(found.get(0).to(arguments.dest));
      arguments.matched = isMatch(arguments.source, found.get(0));
    }
    return planned(arguments);
  }

  /** Written by hand, since reflection takes longer than a directory that has hardly changed. */
  static ObjectNode planned(Arguments arguments) {
    ObjectNode job = Json.object();
    arguments.planInto(job);
    job.put("blueprint", arguments.blueprint);
    putTrue(job, "recursive", arguments.recursive);
    putTrue(job, "delete", arguments.delete);
    putTexts(job, "exclude", arguments.exclude);
    putTrue(job, "matched", arguments.matched);
    ArrayNode files = job.putArray(SourceFile.KEY);
    arguments.files.forEach(file -> files.add(file.json()));
    if (arguments.tree != null) {
      job.set(SourceTree.KEY, arguments.tree.json());
    }
    putTexts(job, "undelivered", arguments.undelivered);
    return job;
  }

  private static void putTrue(ObjectNode job, String key, boolean value) {
    if (value) {
      job.put(key, true);
    }
  }

  private static void putTexts(ObjectNode job, String key, List<String> texts) {
    if (!texts.isEmpty()) {
      texts.forEach(job.putArray(key)::add);
    }
  }

  @Override
  public void validate(Arguments arguments, ArgumentErrors errors) {
    arguments.validateMode(errors);
    if (arguments.recursive) {
      validateTree(arguments, errors);
      return;
    }
    errors.require(!arguments.delete, "delete", "only with --recursive");
    errors.require(arguments.exclude.isEmpty(), "exclude", "only with --recursive");
    if (errors.given(SourceFile.KEY, arguments.files, "a file to deliver is needed")) {
      arguments.files.forEach(file -> Destinations.validate(SourceFile.KEY, file.to(), errors));
    }
  }

  private static String excluded(String pattern) throws PlanException {
    String error = Excludes.error(pattern);
    if (error != null) {
      throw new PlanException(error);
    }
    return pattern;
  }

  private void planTree(Arguments arguments, PlanContext context) throws PlanException {
    PlanContext.Directory found;
    try {
      found = context.directory(arguments.source, arguments.exclude);
    } catch (PlanException e) {
      throw new PlanException(verb() + ": SOURCE: " + e.getMessage(), e);
    }
    if (arguments.delete && found.isEmpty()) {
      throw new PlanException(
          verb()
              + ": SOURCE: there is nothing in "
              + arguments.source
              + (arguments.exclude.isEmpty() ? "" : " that is not left out")
              + ": --delete would delete all of "
              + arguments.dest);
    }
    arguments.undelivered = found.others();
    SourceTree tree = found.tree();
    // A client that does not know directories refuses a file without a destination.
    arguments.files = List.of(new SourceFile(tree.path(), tree.sha256(), tree.size(), null));
    arguments.tree = tree.to(arguments.dest);
  }

  private static void validateTree(Arguments arguments, ArgumentErrors errors) {
    errors.require(!arguments.blueprint, "blueprint", "not with --recursive");
    arguments.exclude.forEach(text -> errors.check("exclude", () -> excluded(text)));
    if (errors.given(SourceTree.KEY, arguments.tree, "a directory to deliver is needed")) {
      String manifest = arguments.tree.sha256();
      errors.require(
          arguments.files.size() == 1 && arguments.files.get(0).sha256().equals(manifest),
          SourceFile.KEY,
          "the manifest of the tree is expected, and no other file");
      String to = arguments.tree.to();
      Destinations.validate(SourceTree.KEY, to, errors);
      errors.require(
          !arguments.delete || to == null || !to.replaceAll("/\\.?(?=/|$)", "").isEmpty(),
          "delete",
          "not with the root directory as DEST");
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
  public Preview preview(Arguments arguments, PreviewContext node)
      throws JobException, InterruptedException {
    if (arguments.recursive) {
      SourceTree tree = Given.key(SourceTree.KEY, arguments.tree);
      return node.deliverTree(
          tree,
          Destinations.render(Given.key("destination", tree.to()), node),
          arguments.ownership(node),
          new TreeOptions(arguments.delete, arguments.exclude));
    }
    NodeContext.Ownership ownership = arguments.ownership(node);
    List<Preview> files = new ArrayList<>();
    for (SourceFile file : Given.key("files", arguments.files)) {
      Path destination = Destinations.render(Given.key("destination", file.to()), node);
      if (arguments.matched && node.isDirectory(destination)) {
        destination = destination.resolve(fileName(file));
      }
      files.add(
          node.deliver(
              node.delivery(file.sha256()),
              file.path(),
              destination,
              ownership,
              arguments.blueprint));
    }
    return Preview.all(files);
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node)
      throws JobException, InterruptedException {
    if (arguments.recursive) {
      return runTree(arguments, node);
    }
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
    return node.sent().isEmpty() ? Outcome.Succeeded.FINISHED : new Outcome.Succeeded(node.sent());
  }

  private static Outcome runTree(Arguments arguments, NodeContext node)
      throws JobException, InterruptedException {
    SourceTree tree = Given.key(SourceTree.KEY, arguments.tree);
    TreeChanges changes =
        node.deliverTree(
            tree,
            Destinations.render(Given.key("destination", tree.to()), node),
            arguments.ownership(node),
            new TreeOptions(arguments.delete, arguments.exclude));
    node.stdout(changes.summary() + "\n");
    changes.names().forEach(name -> node.stdout("deleted " + name + "\n"));
    if (changes.deleted() > changes.names().size()) {
      node.stdout("and " + (changes.deleted() - changes.names().size()) + " more\n");
    }
    changes.left().forEach(name -> node.stderr("not deleted: " + name + "\n"));
    node.changed(false);
    return new Outcome.Succeeded(
        changes.summary() + (node.sent().isEmpty() ? "" : ", " + node.sent()));
  }
}
