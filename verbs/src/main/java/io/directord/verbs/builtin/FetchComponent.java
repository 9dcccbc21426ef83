package io.directord.verbs.builtin;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.PlanException;
import io.directord.common.component.Preview;
import io.directord.common.component.PreviewContext;
import io.directord.common.component.ReadableNode;
import io.directord.common.component.Syntax;
import io.directord.common.fetch.ByteSize;
import io.directord.common.fetch.FetchReport;
import io.directord.common.fetch.FetchRequest;
import io.directord.common.job.Outcome;
import io.directord.common.validation.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** FETCH: files from the nodes to the server, from where the operator downloads them. */
public final class FetchComponent extends BuiltIn<FetchComponent.Arguments> {
  /** The verb. */
  public static final String VERB = "FETCH";

  /** How many remarks are in the message; all are on standard error. */
  private static final int MAX_REMARKS = 3;

  private static final long DEFAULT_MAX_BYTES = 1L << 30;

  private static final Syntax<Arguments> SYNTAX =
      new Syntax<Arguments>(
              "Brings files and directories from the nodes. The server keeps them for a day, until"
                  + " 'directord fetch --job ID DEST' has downloaded them; 'directord fetch' does"
                  + " both.",
              "FETCH: /var/log/app/*.log /etc/app/",
              "FETCH: --tail 1M /var/log/syslog")
          .option(
              "--tail",
              "SIZE",
              "Only the end of each file, such as 64K or 1M.",
              (arguments, text) -> arguments.tail = size(text))
          .option(
              "--max-size",
              "SIZE",
              "Fail instead of bringing more from a node, all files together; by default 1G.",
              (arguments, text) -> arguments.maxSize = size(text))
          .words(
              "PATH",
              "Absolute paths on the node, or patterns of * ? and [ ]: files, and directories with"
                  + " all that is in them.",
              (arguments, word) -> arguments.paths.add(checked(word)));

  /** The arguments as they travel in the job. */
  public static final class Arguments {
    public List<String> paths = new ArrayList<>();

    /** In bytes; null for whole files. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public Long tail;

    /** In bytes. */
    public long maxSize = DEFAULT_MAX_BYTES;
  }

  public FetchComponent() {
    super(VERB, Arguments::new, SYNTAX);
  }

  private static long size(String text) throws PlanException {
    try {
      return ByteSize.parse(text);
    } catch (NumberFormatException e) {
      throw new PlanException(e.getMessage(), e);
    }
  }

  @Override
  public boolean cacheable() {
    return false;
  }

  @Override
  public void validate(Arguments arguments, ArgumentErrors errors) {
    if (errors.given("paths", arguments.paths, "a path on the node is needed")) {
      for (String path : arguments.paths) {
        if (errors.given("paths", path, "an absolute path on the node is needed")) {
          errors.check("paths", () -> checked(path));
        }
      }
    }
    errors.require(arguments.maxSize > 0, "max_size", "a number of bytes above 0 is expected");
    errors.require(
        arguments.tail == null || arguments.tail > 0,
        "tail",
        "a number of bytes above 0 is expected");
  }

  /** A file is put in place under the path that was asked for, so that must say where it is. */
  private static String checked(String path) throws PlanException {
    for (String name : path.split("/")) {
      if (name.equals(".") || name.equals("..")) {
        throw new PlanException(
            "a path without '.' and '..' is expected, not "
                + Quoted.of(path)
                + ": write where it leads");
      }
    }
    return Destinations.checked(path);
  }

  private static List<String> paths(Arguments arguments, ReadableNode node) throws JobException {
    List<String> paths = new ArrayList<>();
    for (String path : Given.key("paths", arguments.paths)) {
      String rendered = Destinations.render(path, node).toString();
      try {
        paths.add(checked(rendered));
      } catch (PlanException e) {
        throw new JobException(e.getMessage(), e);
      }
    }
    return paths;
  }

  private static FetchRequest request(Arguments arguments, ReadableNode node) throws JobException {
    long tail = arguments.tail == null ? 0 : arguments.tail;
    return new FetchRequest(paths(arguments, node), arguments.maxSize, tail);
  }

  private static String brought(FetchReport report) {
    return report.files()
        + (report.files() == 1 ? " file, " : " files, ")
        + ByteSize.text(report.bytes());
  }

  /** What was left out, or has changed meanwhile. */
  private static String remarks(FetchReport report) {
    if (report.remarked() == 0) {
      return "";
    }
    int more = report.remarked() - MAX_REMARKS;
    return "; "
        + report.remarked()
        + " left out or changed: "
        + report.remarks().stream().limit(MAX_REMARKS).collect(Collectors.joining("; "))
        + (more > 0 ? "; and " + more + " more" : "");
  }

  private static String failure(FetchReport report, String after) {
    return report.failures().get(0)
        + (report.failed() > 1 ? ", and " + (report.failed() - 1) + " more" : "")
        + "; "
        + brought(report)
        + after;
  }

  @Override
  public Preview preview(Arguments arguments, PreviewContext node)
      throws JobException, InterruptedException {
    FetchReport report = node.fetch(request(arguments, node));
    if (report.failed() > 0) {
      throw new JobException(failure(report, " would be brought"));
    }
    return Preview.unchanged("would bring " + brought(report) + remarks(report));
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node)
      throws JobException, InterruptedException {
    FetchReport report = node.fetch(request(arguments, node));
    node.changed(false);
    String brought = brought(report);
    node.stdout(brought + "\n");
    report.remarks().forEach(remark -> node.stderr(remark + "\n"));
    report.failures().forEach(failure -> node.stderr(failure + "\n"));
    return report.failed() == 0
        ? new Outcome.Succeeded(brought + remarks(report))
        : new Outcome.Failed(Outcome.Reason.ERROR, failure(report, " brought") + remarks(report));
  }
}
