package io.directord.common.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.common.validation.ValidationError;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** Bodies of requests and replies that are not one of the other records. */
public final class Bodies {
  private Bodies() {}

  /**
   * The body of {@code POST /v1/jobs}.
   *
   * @param jobs in their flat JSON form, in order
   * @param limit targets that narrow those of all jobs; empty for no limit
   */
  public record Submission(
      List<JsonNode> jobs, @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> limit) {}

  /**
   * What a cancel concerned.
   *
   * @param jobs ids of those that end
   * @param omitted later jobs of the parent of the one that was cancelled, which are not run on the
   *     nodes where it had not ended
   * @param lost those of the jobs that had ended here already, lost with a node: they end there too
   *     if they still run, at once or when it comes back
   * @param remaining what one cancelled job leaves of its parent; null if nothing, or if a parent
   *     was cancelled
   */
  public record Cancelled(
      List<UUID> jobs,
      List<Omitted> omitted,
      List<UUID> lost,
      @JsonInclude(JsonInclude.Include.NON_NULL) Remaining remaining) {
    public Cancelled {
      jobs = List.copyOf(jobs);
      omitted = omitted == null ? List.of() : List.copyOf(omitted);
      lost = lost == null ? List.of() : List.copyOf(lost);
    }
  }

  /**
   * Jobs of a parent that have neither ended nor been cancelled.
   *
   * @param paused whether the parent is paused, so that they wait for an operator
   */
  public record Remaining(UUID parentId, boolean paused, List<UUID> jobs) {
    public Remaining {
      jobs = List.copyOf(jobs);
    }
  }

  /**
   * A job that is not run: since one before it ends, or since a limit leaves none of its targets.
   *
   * @param number its place from 1, among the jobs of its parent or of the submission
   * @param title verb and name, or verb and words
   */
  public record Omitted(UUID id, int number, String title) {}

  /**
   * What the server has against jobs; each list names the first job that an error concerns, or none
   * if it concerns all.
   *
   * @param errors in what was written, for which a submission would be refused
   * @param obstacles to how things are with the server and its nodes: the jobs would not be taken
   *     now, or would be taken, but not run everywhere
   * @param targets the nodes that each list of targets stands for now
   * @param omitted jobs of which the limit leaves no target
   */
  public record Checked(
      List<ValidationError> errors,
      List<ValidationError> obstacles,
      List<ResolvedTargets> targets,
      List<Omitted> omitted) {
    public Checked {
      errors = errors == null ? List.of() : List.copyOf(errors);
      obstacles = obstacles == null ? List.of() : List.copyOf(obstacles);
      targets = targets == null ? List.of() : List.copyOf(targets);
      omitted = omitted == null ? List.of() : List.copyOf(omitted);
    }
  }

  /**
   * The newest jobs that were asked for, in the order of submission.
   *
   * @param more number of earlier ones, which can be asked for with {@code before}; of jobs that
   *     have not ended, number of later ones
   */
  public record Jobs(List<JobSummary> jobs, int more) {
    public Jobs {
      jobs = List.copyOf(jobs);
    }
  }

  /**
   * The nodes known to the server.
   *
   * @param nodes sorted by name
   * @param refused clients that were refused within the last hour, latest first
   * @param warnings conditions that keep the server from working, a sentence each
   * @param more how many come behind these, if a part of the list was asked for
   * @param states how many nodes there are in each state, whichever part was asked for; empty if
   *     the server does not say it
   */
  public record Nodes(
      List<NodeView> nodes,
      List<RefusedNode> refused,
      List<String> warnings,
      @JsonInclude(JsonInclude.Include.NON_DEFAULT) int more,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<NodeView.State, Integer> states) {
    public Nodes {
      nodes = List.copyOf(nodes);
      refused = refused == null ? List.of() : List.copyOf(refused);
      warnings = warnings == null ? List.of() : List.copyOf(warnings);
      states = states == null ? Map.of() : Map.copyOf(states);
    }

    /** All of them. */
    public Nodes(List<NodeView> nodes, List<RefusedNode> refused, List<String> warnings) {
      this(nodes, refused, warnings, 0);
    }

    public Nodes(List<NodeView> nodes, List<RefusedNode> refused, List<String> warnings, int more) {
      this(nodes, refused, warnings, more, Map.of());
    }
  }

  /**
   * The files of a directory that the server lacks.
   *
   * @param missing the first of them, by SHA-256 in lower-case hexadecimal
   */
  public record MissingFiles(List<String> missing) {
    /** Maximum number; a client that has sent so many asks again. */
    public static final int MAX_FILES = 20_000;

    public MissingFiles {
      missing = List.copyOf(missing);
    }
  }

  /**
   * What a job has brought and the server still has.
   *
   * @param fetched sorted by node
   * @param coming in the order of their announcement
   */
  public record Fetched(UUID jobId, List<FetchedFrom> fetched, List<FetchComing> coming) {
    public Fetched {
      fetched = List.copyOf(fetched);
      coming = coming == null ? List.of() : List.copyOf(coming);
    }
  }

  /**
   * The body of {@code POST /v1/labels}.
   *
   * @param targets of the nodes
   * @param labels values by name; null removes one
   */
  public record Labels(List<String> targets, Map<String, String> labels) {}

  /** The names of the nodes whose labels were set. */
  public record Labelled(List<String> nodes) {}

  /**
   * The body of {@code POST /v1/tokens}.
   *
   * @param ttl how long it may be used
   */
  public record NewToken(String name, String role, Duration ttl) {}

  /**
   * A token that was created.
   *
   * @param secret with which the remote API is used; told only here
   */
  public record CreatedToken(String secret, TokenView token) {}

  /**
   * A join token that is wanted.
   *
   * @param nodes for which, at least one; null for any
   * @param uses how many nodes may enrol with it
   * @param ttl how long it may be used
   */
  public record NewJoinToken(List<String> nodes, int uses, Duration ttl) {}

  /**
   * A join token that was created.
   *
   * @param secret for the nodes; told only here
   */
  public record CreatedJoinToken(String secret, JoinTokenView token) {}

  /**
   * @param tokens the oldest first
   */
  public record JoinTokens(List<JoinTokenView> tokens) {
    public JoinTokens {
      tokens = List.copyOf(tokens);
    }
  }

  /**
   * @param tokens by name
   */
  public record Tokens(List<TokenView> tokens) {
    public Tokens {
      tokens = List.copyOf(tokens);
    }
  }

  /**
   * What a caller may do.
   *
   * @param user its name; of a token behind {@code token:}
   * @param everything whether it may do everything, so that no role matters
   */
  public record WhoAmI(String user, boolean everything, List<Granted> roles) {
    public WhoAmI {
      roles = List.copyOf(roles);
    }
  }

  /**
   * What a role allows.
   *
   * @param may what, for people
   * @param permissions the same for programs
   * @param verbs of jobs; null for all, empty if it may run none
   * @param targets of jobs and of what is done to nodes; null for all nodes, empty if it may do
   *     nothing to any
   */
  public record Granted(
      String role,
      List<String> may,
      List<String> permissions,
      List<String> verbs,
      List<String> targets) {}

  /**
   * Whether somebody may run jobs of a verb on a node.
   *
   * @param lacking what it lacks, for people; null if it may
   */
  public record May(String user, String verb, String node, boolean allowed, String lacking) {}

  /**
   * Lines of the audit log.
   *
   * @param lines as they are in it, the oldest first
   * @param omitted how many older ones were left out
   */
  public record Audit(List<JsonNode> lines, long omitted) {
    public Audit {
      lines = List.copyOf(lines);
    }
  }

  /**
   * Whether the audit log holds together.
   *
   * @param lines number of lines that do
   * @param first number of the first line that is kept
   * @param since when that was written; null if there is none
   * @param error where the chain is broken, for people; null if it is not
   */
  public record AuditVerified(long lines, long first, Instant since, String error) {}

  /**
   * All hooks of the configuration.
   *
   * @param hooks who is told
   * @param incoming what others may start
   */
  public record Hooks(List<HookView> hooks, List<IncomingHookView> incoming) {
    public Hooks {
      hooks = List.copyOf(hooks);
      incoming = incoming == null ? List.of() : List.copyOf(incoming);
    }
  }

  /**
   * What became of a request to start a hook.
   *
   * @param started whether this request has started a run
   * @param runs ids of the parents, of a delivery that was attempted before the first one
   * @param why nothing was started; null if it was
   */
  public record HookStarted(String hook, boolean started, List<UUID> runs, String why) {
    public HookStarted {
      runs = List.copyOf(runs);
    }
  }

  /**
   * A request to start a hook.
   *
   * @param parameters texts by name
   */
  public record HookStart(Map<String, String> parameters) {}

  /** All schedules, sorted by name. */
  public record Schedules(List<ScheduleView> schedules) {
    public Schedules {
      schedules = List.copyOf(schedules);
    }
  }

  /**
   * What logs a browser in to the page, once.
   *
   * @param link follows {@code #link=} in the page's address
   * @param host where the page is, by the server's configuration; null if at all addresses
   * @param fingerprint of its certificate
   */
  public record PageLink(
      String link, Instant expiresAt, String host, int port, String fingerprint) {}

  /** A login to the page. */
  public record PageSession(String user, Instant endsAt) {}

  /** How many were removed. */
  public record Removed(int removed) {}
}
