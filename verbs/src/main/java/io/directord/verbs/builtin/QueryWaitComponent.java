package io.directord.verbs.builtin;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.CacheTag;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.PlanException;
import io.directord.common.component.Preview;
import io.directord.common.component.PreviewContext;
import io.directord.common.component.ReadableNode;
import io.directord.common.component.Syntax;
import io.directord.common.component.Values;
import io.directord.common.job.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** QUERY_WAIT: waits until a query's answers are on this node. */
public final class QueryWaitComponent extends BuiltIn<QueryWaitComponent.Arguments> {
  public static final String VERB = "QUERY_WAIT";

  private static final Syntax<Arguments> SYNTAX =
      new Syntax<Arguments>(
              "Waits until NAME is among the answers to queries on this node: from every node that"
                  + " --identity names, else from any.",
              "QUERY_WAIT: --query-timeout 60 --identity db-1 --identity db-2 db_ready")
          .option(
              "--query-timeout",
              "SECONDS",
              "Fail after this time; 600 by default. The job's --timeout ends it too.",
              (arguments, text) -> arguments.queryTimeout = Values.seconds(text))
          .many(
              "--identity",
              "NODE",
              "Wait for the answer of this node; may be given many times.",
              QueryWaitComponent::addNode)
          .word(
              "NAME",
              "The argument's name.",
              (arguments, word) -> arguments.item = Values.name(word));

  /** The arguments as they travel in the job. */
  public static final class Arguments {
    public String item;

    public Duration queryTimeout = Duration.ofSeconds(600);

    /** The awaited nodes; null for any node. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public List<String> identity;
  }

  public QueryWaitComponent() {
    super(VERB, Arguments::new, SYNTAX);
  }

  private static void addNode(Arguments arguments, String text) throws PlanException {
    if (arguments.identity == null) {
      arguments.identity = new ArrayList<>();
    }
    arguments.identity.add(Values.text(text));
  }

  @Override
  public boolean cacheable() {
    return false;
  }

  @Override
  public void validate(Arguments arguments, ArgumentErrors errors) {
    if (errors.given("item", arguments.item, "the name of an argument is needed")) {
      errors.check("item", () -> Values.name(arguments.item));
    }
    errors.check("query_timeout", () -> Values.duration(arguments.queryTimeout));
    if (arguments.identity != null) {
      errors.require(
          !arguments.identity.isEmpty() && arguments.identity.stream().noneMatch(String::isBlank),
          "identity",
          "the nodes to wait for are needed, each by its name; without the key any node will do");
    }
  }

  private static List<String> nodes(Arguments arguments, ReadableNode node) throws JobException {
    return arguments.identity == null
        ? List.of()
        : Rendered.words(arguments.identity, node).stream()
            .flatMap(names -> Stream.of(names.split("\\s+")))
            .toList();
  }

  @Override
  public Preview preview(Arguments arguments, PreviewContext node) throws JobException {
    String item = node.render(Given.key("item", arguments.item));
    List<String> missing = missing(node.args(), item, nodes(arguments, node));
    return Preview.unchanged(
        missing.isEmpty()
            ? item + " is among the answers to queries"
            : "would wait for the answer " + item + " of " + String.join(", ", missing));
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node)
      throws JobException, InterruptedException {
    String item = node.render(Given.key("item", arguments.item));
    List<String> nodes = nodes(arguments, node);
    Duration limit = Given.key("query_timeout", arguments.queryTimeout);
    node.changed(false);
    if (node.awaitArgs(args -> missing(args, item, nodes).isEmpty(), limit)) {
      node.stdout(nodes.isEmpty() ? "Item found" : "Item found in all identities");
      return new Outcome.Succeeded(
          "Item " + item + " found in the query cache" + (nodes.isEmpty() ? "" : " for " + nodes));
    }
    String from = nodes.isEmpty() ? "" : " for " + missing(node.args(), item, nodes);
    return new Outcome.Failed(
        Outcome.Reason.TIMEOUT,
        item
            + " was not in the query cache"
            + from
            + " within "
            + limit.toMillis() / 1000.0
            + " s: QUERY asks for it");
  }

  /**
   * The nodes whose answer is missing. Without names, the list is empty once any node has answered.
   */
  private static List<String> missing(Map<String, JsonNode> args, String item, List<String> nodes) {
    JsonNode query = args.getOrDefault(CacheTag.QUERY_ARG, MissingNode.getInstance());
    if (nodes.isEmpty()) {
      return query.values().stream().anyMatch(answers -> answers.has(item))
          ? List.of()
          : List.of("any node");
    }
    return nodes.stream().filter(node -> !query.path(node).has(item)).toList();
  }
}
