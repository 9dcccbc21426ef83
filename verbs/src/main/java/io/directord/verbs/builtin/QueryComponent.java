package io.directord.verbs.builtin;

import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.CacheTag;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.Preview;
import io.directord.common.component.PreviewContext;
import io.directord.common.component.Syntax;
import io.directord.common.component.Values;
import io.directord.common.job.Captured;
import io.directord.common.job.Fingerprint;
import io.directord.common.job.Job;
import io.directord.common.job.JobDefinition;
import io.directord.common.job.JobOptions;
import io.directord.common.job.Outcome;
import io.directord.common.job.Parent;
import io.directord.common.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * QUERY: asks every node for one of its arguments. The server sends the job to every node; each
 * answers in its turn. When all have answered, the server has the answers kept on all nodes by a
 * callback, an ARG that bypasses the lanes. On the job's targets the job waits for that, so that
 * later jobs there see the answers.
 */
public final class QueryComponent extends BuiltIn<QueryComponent.Arguments> {
  public static final String VERB = "QUERY";

  /** The limit of a job's output. */
  public static final int MAX_ANSWER = Captured.MAX_BYTES;

  /** The text of a node without the argument. */
  private static final Pattern UNSET = Pattern.compile("(?s)\\{\\s*\"[^{\\[]*:\\s*null\\s*\\}\\s*");

  /** UUID version of ids derived from a name; jobs that people submit have random ids. */
  private static final int CALLBACK_ID_VERSION = 3;

  private static final Syntax<Arguments> SYNTAX =
      new Syntax<Arguments>(
              "Asks every node for its argument NAME. The answers are set on all nodes as argument"
                  + " query, {node: {NAME: value}}, beside those of earlier queries; nodes that"
                  + " have no such argument are left out. Later jobs on the targets wait for it.",
              "QUERY: public_key",
              "RUN: echo \"{{ query['web-1'].public_key }}\"")
          .flag(
              "--no-wait",
              "Let later jobs run before the answers are there.",
              (arguments, on) -> arguments.noWait = on)
          .word(
              "NAME",
              "The argument's name.",
              (arguments, word) -> arguments.query = Values.name(word));

  /** The arguments as they travel in the job. */
  public static final class Arguments {
    public String query;

    public boolean noWait;
  }

  public QueryComponent() {
    super(VERB, Arguments::new, SYNTAX);
  }

  /** No lock: one held while waiting for other nodes could block them all. */
  @Override
  public boolean cacheable() {
    return false;
  }

  @Override
  public void validate(Arguments arguments, ArgumentErrors errors) {
    if (errors.given("query", arguments.query, "the name of an argument is needed")) {
      errors.check("query", () -> Values.name(arguments.query));
    }
  }

  /** Nobody is asked for anything in a dry run. */
  @Override
  public Preview preview(Arguments arguments, PreviewContext node) throws JobException {
    String name = node.render(Given.key("query", arguments.query));
    node.wouldSet(CacheTag.QUERY_ARG);
    return Preview.unknown("would ask every node for its argument " + name);
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node)
      throws JobException, InterruptedException {
    String name = node.render(Given.key("query", arguments.query));
    JsonNode value = node.args().get(name);
    String answer = Json.text(Json.object().set(name, value));
    int bytes = answer.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_ANSWER) {
      throw new JobException(
          "the argument "
              + name
              + " is too long to be handed to all nodes: "
              + bytes
              + " bytes, "
              + MAX_ANSWER
              + " at most");
    }
    node.stdout(answer);
    Job job = node.job();
    if (arguments.noWait || !job.targets().contains(node.identity())) {
      return new Outcome.Succeeded(value == null ? name + " is not set on this node" : name);
    }
    node.changed(false);
    return new Outcome.Succeeded(node.coordinate(answer, job.timeout()));
  }

  /** Null if the node's answer is invalid. */
  private static ObjectNode values(String answer) {
    try {
      return Json.mapper().readTree(answer) instanceof ObjectNode values ? values : null;
    } catch (JacksonException e) {
      return null;
    }
  }

  /** The server's part: whether a node has answered that it has no such argument. */
  public static boolean isUnset(String answer) {
    return UNSET.matcher(answer).matches();
  }

  /** The id of the job that delivers the answers, which is deterministic. */
  public static UUID callbackId(UUID query) {
    return UUID.nameUUIDFromBytes(("answers to " + query).getBytes(StandardCharsets.US_ASCII));
  }

  /** The server's part: whether it made this job to deliver answers. */
  public static boolean isCallback(Job job) {
    return job.verb().equals("ARG")
        && job.arguments().path(ArgComponent.ANSWERS).asBoolean(false)
        && job.id().version() == CALLBACK_ID_VERSION;
  }

  /**
   * The server's part: the job that delivers the answers.
   *
   * @param answers by node; invalid ones are ignored
   * @param targets all nodes that receive them
   */
  public static Job callback(Job query, Map<String, String> answers, List<String> targets) {
    ObjectNode byNode = Json.object();
    answers.forEach(
        (node, answer) -> {
          ObjectNode values = values(answer);
          if (values != null) {
            byNode.set(node, values);
          }
        });
    ObjectNode arguments = Json.object();
    arguments.put("extend_args", true);
    arguments.put(ArgComponent.ANSWERS, true);
    arguments.putObject("args").set(CacheTag.QUERY_ARG, byNode);
    arguments.put(Job.BYPASS, true);
    UUID id = callbackId(query.id());
    JobDefinition definition = new JobDefinition("ARG", arguments, query.timeout());
    return new Job(
        id,
        Fingerprint.of(definition),
        new Parent(id, null, "answers to " + query.title(), true),
        null,
        definition,
        new JobOptions(true, false, false),
        targets);
  }
}
