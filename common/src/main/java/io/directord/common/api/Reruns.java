package io.directord.common.api;

import io.directord.common.json.Json;
import io.directord.common.target.FoldedNames;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/** What is said about running jobs again on the nodes where they did not succeed. */
public final class Reruns {
  private Reruns() {}

  /** Why the jobs of a parent did not all succeed on a node, by the first that did not. */
  public enum Which {
    /** It failed, or was interrupted or cancelled while it ran. */
    FAILED,
    /** The node was lost, or its result. */
    LOST,
    /** It was left out, dropped or cancelled before it began. */
    NOT_STARTED;

    /** As in requests. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** As on the command line. */
    public String option() {
      return "--" + word().replace('_', '-');
    }
  }

  /**
   * A request.
   *
   * @param only on which nodes
   * @param together whether also the jobs that were submitted together with it
   * @param rerunId from which the ids of the new jobs are made: a request that is repeated with the
   *     same one enters them once
   * @param stream whether nodes send their output while they run
   * @param limit targets to which the nodes are narrowed; empty for no limit
   */
  public record Request(
      Set<Which> only, boolean together, UUID rerunId, boolean stream, List<String> limit) {
    public Request {
      only = Set.copyOf(only);
      limit = List.copyOf(limit);
    }

    /** As it is sent. */
    byte[] json(boolean checkOnly) {
      ObjectNode body = Json.object();
      body.set("only", Json.tree(only.stream().map(Which::word).sorted().toList()));
      body.put("together", together);
      body.put("rerun_id", rerunId.toString());
      body.put("stream", stream);
      body.put("check_only", checkOnly);
      if (!limit.isEmpty()) {
        body.set("limit", Json.tree(limit));
      }
      return Json.bytes(body);
    }
  }

  /**
   * What a rerun comes to.
   *
   * @param id of the job or parent that was meant
   * @param jobs the new ones in their flat form, without passwords in URLs
   * @param nodes those on which some run
   * @param of number of all nodes that the jobs were for
   * @param unended number of jobs that have not ended everywhere, and may still fail
   * @param forgotten nodes on which some would run, and that are not enrolled any more
   * @param earlier what earlier reruns of the jobs have done, or are doing, so that it is left out
   */
  public record Plan(
      UUID id,
      List<ObjectNode> jobs,
      List<String> nodes,
      int of,
      int unended,
      List<String> forgotten,
      List<Earlier> earlier) {}

  /**
   * An earlier rerun of the same jobs.
   *
   * @param parent id under which its jobs were submitted
   * @param ended whether it has done there what was asked for; otherwise it goes on, or is paused
   * @param nodes those on which nothing runs again because of it
   */
  public record Earlier(UUID parent, boolean ended, List<String> nodes) {
    private static final int SHORT_ID = 8;

    /** For people. */
    public String text() {
      String id = parent.toString().substring(0, SHORT_ID);
      return FoldedNames.text(nodes)
          + (ended
              ? ": done meanwhile by rerun " + id
              : ": rerun " + id + " has not ended there yet");
    }
  }
}
