package io.directord.cli.command;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.directord.cli.output.OutputFormat;
import io.directord.cli.output.Structured;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.fetch.FetchedFile;
import io.directord.common.json.Json;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a fetch prints for programs: a line of JSON for each file as it comes and one that sums up,
 * or one document at the end. {@code docs/files.md} has the keys, which stay as they are.
 * Thread-safe.
 */
final class FetchOutput {
  private static final String TYPE = "type";
  private static final String NODE = "node";

  private final UUID job;
  private final OutputFormat format;
  private final PrintStream out;

  /** For the document, by node and name: of a file that came twice, the last counts. */
  private final Map<String, Map<String, Entry>> files = new TreeMap<>();

  private ObjectNode summary;

  /** What became of a file. */
  enum State {
    WRITTEN,
    /** It cannot be written here. */
    REFUSED,
    /** The node has not sent it whole, or under a path that no directory takes. */
    UNSOUND,
    /** What the server has of it is not what the node read. */
    DAMAGED
  }

  /**
   * @param resumed whether the connection was cut while it came, and the rest came later
   * @param info that it changed while it was read, say, or why it is not written; or empty
   */
  private record Entry(
      String name,
      State state,
      Long size,
      String sha256,
      String place,
      boolean resumed,
      String info) {}

  private record Line(String type, UUID jobId, String node, @JsonUnwrapped Entry file) {}

  FetchOutput(UUID job, OutputFormat format, PrintStream out) {
    this.job = job;
    this.format = format;
    this.out = out;
  }

  boolean isForPeople() {
    return format == OutputFormat.TABLE;
  }

  synchronized void file(String node, FetchedFile file, State state, boolean resumed, String info) {
    String place = file.place() == null ? null : file.place().toString();
    Entry entry = new Entry(file.name(), state, file.size(), file.sha256(), place, resumed, info);
    if (format == OutputFormat.JSONL) {
      print(new Line("file", job, node, entry));
    } else if (!isForPeople()) {
      files.computeIfAbsent(node, name -> new LinkedHashMap<>()).put(entry.name(), entry);
    }
  }

  /** Takes what sums up the run that has brought the files. */
  synchronized void ran(ObjectNode run) {
    summary = run;
  }

  /** Whether there is something to print at the end: jobs that the server refused have not run. */
  synchronized boolean hasRun() {
    return summary != null;
  }

  /**
   * Begins for a job that has run before.
   *
   * @param downloaded nodes whose results are printed
   */
  synchronized void ranBefore(JobView view, Set<String> downloaded) {
    summary = Json.object().put(TYPE, "summary").put("jobs", 1).put("nodes", view.nodes().size());
    summary.set("left_out", Json.tree(view.leftOut()));
    if (format == OutputFormat.JSONL) {
      view.nodes().stream()
          .filter(outcome -> downloaded.contains(outcome.node()))
          .forEach(outcome -> print(result(view.summary(), outcome)));
    }
  }

  private ObjectNode result(JobSummary of, NodeOutcome outcome) {
    ObjectNode line =
        Json.object()
            .put(TYPE, "result")
            .put("job_id", job.toString())
            .put("parent_id", of.parent().id().toString())
            .put("verb", of.verb())
            .put("title", of.title().line())
            .put("undelivered", of.title().undelivered());
    line.setAll(Json.<ObjectNode>tree(outcome));
    return line;
  }

  /**
   * Prints the last line, or the document.
   *
   * @param came what the downloads came to
   * @param view asks for the job, for the document
   */
  synchronized void end(ObjectNode came, Supplier<Optional<JobView>> view, int exitStatus) {
    came.put("exit_status", exitStatus);
    if (format == OutputFormat.JSONL) {
      summary.setAll(came);
      print(summary);
      return;
    }
    JsonNode time = summary.get("time");
    if (time != null) {
      came.set("time", time);
    }
    ObjectNode document = view.get().map(FetchOutput::tree).orElseGet(this::withoutResults);
    for (JsonNode node : document.get("nodes")) {
      Map<String, Entry> of = files.getOrDefault(node.get(NODE).stringValue(), Map.of());
      ((ObjectNode) node).set("files", Json.tree(List.copyOf(of.values())));
    }
    document.set("fetched", came);
    out.print(Structured.text(document, format));
    out.flush();
  }

  private static ObjectNode tree(JobView view) {
    return Json.tree(view);
  }

  private ObjectNode withoutResults() {
    List<Map<String, String>> nodes =
        files.keySet().stream().map(node -> Map.of(NODE, node)).toList();
    ObjectNode document = Json.object();
    document.set("summary", Json.object().put("id", job.toString()));
    document.set("nodes", Json.tree(nodes));
    return document;
  }

  private void print(Object line) {
    out.println(Json.text(line));
    out.flush();
  }
}
