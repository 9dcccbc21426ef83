package io.directord.verbs.builtin;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.common.component.ArgumentErrors;
import io.directord.common.component.CacheTag;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.component.PlanContext;
import io.directord.common.component.PlanException;
import io.directord.common.component.Preview;
import io.directord.common.component.PreviewContext;
import io.directord.common.component.ReadableNode;
import io.directord.common.component.SourceFile;
import io.directord.common.component.Syntax;
import io.directord.common.component.UnknownValueException;
import io.directord.common.component.Values;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import io.directord.common.python.PythonLiteral;
import io.directord.common.python.PythonText;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** ARG: keeps an argument on the node, for templates. */
public final class ArgComponent extends BuiltIn<ArgComponent.Arguments> {
  private static final Syntax<Arguments> SYNTAX =
      new Syntax<Arguments>(
              "Keeps an argument on the node, for {{ KEY }} in later jobs.",
              "ARG: release 2.4",
              "ARG: --extend-args packages ['nginx', 'curl']",
              "ARG: --secret-file files/registry-token registry_token")
          .flag(
              "--extend-args",
              "Extend the list, or merge the map, that is there.",
              (arguments, on) -> arguments.extendArgs = on)
          .flag(
              "--secret",
              "Keep a secret, in memory only. Its value is read from standard input, where the job"
                  + " is made.",
              (arguments, on) -> arguments.read(PlanContext.SecretSource.STANDARD_INPUT, null))
          .option(
              "--secret-file",
              "FILE",
              "The same, with the value in a file.",
              (arguments, text) -> arguments.read(PlanContext.SecretSource.FILE, text))
          .option(
              "--secret-env",
              "VARIABLE",
              "The same, with the value in an environment variable.",
              (arguments, text) -> arguments.read(PlanContext.SecretSource.VARIABLE, text))
          .word("KEY", "Its name.", (arguments, word) -> arguments.key = Values.name(word))
          .optionalRest(
              "VALUE",
              "All that follows: a Python literal such as 1, True, ['a'] or {'a': 'b'}, else a"
                  + " text. A number that would not print as it is written, such as 1.10 or"
                  + " 0x1F, is a text.",
              (arguments, text) -> arguments.args.set(arguments.key, value(text.strip())));

  /** The key of a job that delivers the answers to a QUERY. */
  static final String ANSWERS = "answers";

  /** ARG and ENV never run at the same time on a node. */
  static final String LOCK = "arg";

  /** The arguments as they travel in the job, and the key until the value is read. */
  public static final class Arguments {
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public boolean extendArgs;

    /** The values are answers to a QUERY: not templates, and the newest value of a name counts. */
    @JsonInclude(JsonInclude.Include.NON_DEFAULT)
    public boolean answers;

    @JsonIgnore public String key;

    public ObjectNode args = Json.object();

    /** The name of a secret, which {@link #files} brings; null if this is not a secret. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public String secret;

    /** The content of a secret. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public List<SourceFile> files;

    private PlanContext.SecretSource from;
    private String fromName;
    private boolean isReadTwice;

    private void read(PlanContext.SecretSource source, String name) {
      isReadTwice = from != null;
      from = source;
      fromName = name;
    }
  }

  public ArgComponent() {
    super("ARG", Arguments::new, SYNTAX);
  }

  @Override
  public ObjectNode plan(Arguments arguments, PlanContext context) throws PlanException {
    if (arguments.from == null) {
      if (arguments.args.isEmpty()) {
        throw new PlanException("ARG needs VALUE: ARG: [options] KEY VALUE");
      }
      return Json.tree(arguments);
    }
    if (!arguments.args.isEmpty()) {
      throw new PlanException(
          "ARG: the value of a secret does not stand here, where everybody could read it: leave it"
              + " out");
    }
    if (arguments.isReadTwice) {
      throw new PlanException("ARG: the value of a secret is read from one place only");
    }
    arguments.secret = SecretNames.checked(arguments.key);
    arguments.files = List.of(context.secret(arguments.from, arguments.fromName));
    return Json.tree(arguments);
  }

  @Override
  public boolean cacheable() {
    return false;
  }

  @Override
  public String lock() {
    return LOCK;
  }

  private static JsonNode value(String text) {
    return PythonLiteral.parse(text).orElseGet(() -> JsonNodeFactory.instance.stringNode(text));
  }

  @Override
  public void validate(Arguments arguments, ArgumentErrors errors) {
    if (arguments.secret != null) {
      errors.check("secret", () -> SecretNames.checked(arguments.secret));
      errors.require(arguments.args.isEmpty(), "args", "a secret has no value here");
      errors.require(!arguments.extendArgs, "extend_args", "a secret cannot be extended");
      errors.require(
          arguments.files != null && arguments.files.size() == 1,
          SourceFile.KEY,
          "a secret has one content, which is given to the server before");
      return;
    }
    if (errors.given(
        "args", arguments.args, "an object is needed, such as {\"name\": \"value\"}")) {
      errors.require(!arguments.args.isEmpty(), "args", "a name and its value are needed");
      for (String name : arguments.args.propertyNames()) {
        errors.check("args", () -> Values.name(name));
      }
    }
  }

  private static ObjectNode rendered(Arguments arguments, ReadableNode node) throws JobException {
    ObjectNode rendered = Json.object();
    for (var entry : Given.key("args", arguments.args).properties()) {
      rendered.set(node.render(entry.getKey()), render(entry.getValue(), node));
    }
    return rendered;
  }

  @Override
  public Preview preview(Arguments arguments, PreviewContext node) throws JobException {
    if (arguments.secret != null) {
      // What a blueprint makes of it is not shown.
      node.wouldSet(arguments.secret);
      return Preview.unknown("would keep the secret " + arguments.secret + " in memory");
    }
    ObjectNode rendered;
    try {
      rendered = rendered(arguments, node);
    } catch (UnknownValueException e) {
      arguments.args.propertyNames().forEach(node::wouldSet);
      throw e;
    }
    List<Preview> parts = new ArrayList<>();
    for (var entry : rendered.properties()) {
      parts.add(node.putArg(entry.getKey(), entry.getValue(), arguments.extendArgs));
    }
    return Preview.all(parts);
  }

  @Override
  public Outcome run(Arguments arguments, NodeContext node)
      throws JobException, InterruptedException {
    if (arguments.secret != null) {
      node.keepSecret(arguments.secret, node.delivery(arguments.files.get(0).sha256()));
      node.changed(false);
      return new Outcome.Succeeded("secret " + arguments.secret + " is kept in memory");
    }
    if (arguments.answers) {
      return keepAnswers(Given.key("args", arguments.args), node);
    }
    ObjectNode rendered = rendered(arguments, node);
    for (var entry : rendered.properties()) {
      node.putArg(entry.getKey(), entry.getValue(), arguments.extendArgs);
    }
    node.changed(false);
    node.stdout("args added to cache");
    return new Outcome.Succeeded("type:args, value:" + PythonText.of(rendered));
  }

  /** A node without the argument is left out, even if it had it in an earlier query. */
  private static void keep(ObjectNode known, String node, ObjectNode values) {
    ObjectNode kept = known.withObjectProperty(node);
    kept.setAll(values);
    kept.removeNulls();
    if (kept.isEmpty()) {
      known.remove(node);
    }
  }

  private static Outcome keepAnswers(ObjectNode args, NodeContext node) throws JobException {
    ObjectNode known =
        node.args().get(CacheTag.QUERY_ARG) instanceof ObjectNode before
            ? before.deepCopy()
            : Json.object();
    for (var answers : args.path(CacheTag.QUERY_ARG).properties()) {
      if (answers.getValue() instanceof ObjectNode values) {
        keep(known, answers.getKey(), values);
      }
    }
    node.putArg(CacheTag.QUERY_ARG, known, false);
    node.changed(false);
    node.stdout("args added to cache");
    return new Outcome.Succeeded("answers of " + known.size() + " nodes");
  }

  /** Every text in the value is a template. */
  private static JsonNode render(JsonNode value, ReadableNode node) throws JobException {
    if (value.isString()) {
      return JsonNodeFactory.instance.stringNode(node.render(value.stringValue()));
    }
    if (value.isArray()) {
      ArrayNode list = JsonNodeFactory.instance.arrayNode();
      for (JsonNode element : value) {
        list.add(render(element, node));
      }
      return list;
    }
    if (value.isObject()) {
      ObjectNode map = Json.object();
      for (var entry : value.properties()) {
        map.set(node.render(entry.getKey()), render(entry.getValue(), node));
      }
      return map;
    }
    return value;
  }
}
