package io.directord.client.execution.template;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.TruthyTypeConverter;
import com.hubspot.jinjava.interpret.Context;
import java.util.Map;
import java.util.Set;
import jinjava.de.odysseus.el.ExpressionFactoryImpl;
import jinjava.de.odysseus.el.tree.TreeStore;
import jinjava.de.odysseus.el.tree.impl.Cache;
import jinjava.javax.el.ExpressionFactory;
import tools.jackson.databind.JsonNode;

/**
 * Jinjava with Python's meaning. It is made once; what changes while a template is rendered is in
 * the interpreter of that template.
 */
final class Engine extends Jinjava {
  private static final long MAX_OUTPUT_BYTES = 16 << 20;
  private static final int CACHED_EXPRESSIONS = 200;
  private static final Engine INSTANCE = new Engine();

  private final Context root = new Root(super.getGlobalContext());
  private final TreeStore trees =
      new TreeStore(new PythonParser.Syntax(), new Cache(CACHED_EXPRESSIONS));
  private final ExpressionFactory expressions =
      new ExpressionFactoryImpl(trees, new TruthyTypeConverter());

  private Engine() {
    super(config());
  }

  private static JinjavaConfig config() {
    LegacyOverrides python =
        LegacyOverrides.newBuilder()
            .withParseWhitespaceControlStrictly(true)
            .withAllowAdjacentTextNodes(true)
            .withUseTrimmingForNotesAndExpressions(true)
            .withHandleBackslashInQuotesOnly(true)
            .build();
    return JinjavaConfig.newBuilder()
        // Else what an argument holds would be rendered again.
        .withNestedInterpretationEnabled(false)
        .withKeepTrailingNewline(true)
        .withMaxOutputSize(MAX_OUTPUT_BYTES)
        .withLegacyOverrides(python)
        .build();
  }

  @Override
  public Context getGlobalContext() {
    return root == null ? super.getGlobalContext() : root;
  }

  @Override
  public ExpressionFactory getExpressionFactory() {
    return expressions;
  }

  /** Reads an expression, which the engine does once more when it is reached, from the cache. */
  static void parse(String expression) {
    INSTANCE.trees.get("#{" + expression.trim() + "}");
  }

  /**
   * An interpreter for one template.
   *
   * @param named given the names that it looks up
   */
  static Interpreter interpreter(Map<String, JsonNode> args, Set<String> named) {
    Context names = new Context(INSTANCE.root);
    args.forEach((name, value) -> Names.set(names, name, JsonValues.of(value)));
    return new Interpreter(INSTANCE, names, new Limits(), named);
  }
}
