package io.directord.client.execution;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.interpret.UnknownTokenException;
import com.hubspot.jinjava.loader.ResourceNotFoundException;
import io.directord.common.component.JobException;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Jinja2 as the original has it: strict undefined, and no way to files or the network. */
final class JinjaEngine {
  private static final long MAX_OUTPUT_BYTES = 16 << 20;
  private static final int MAX_RANGE = 100_000;
  private static final int MAX_NAMES = 40;
  private static final Jinjava ENGINE = engine();

  private JinjaEngine() {}

  static String render(String text, Map<String, JsonNode> args) throws JobException {
    Context context = new Context(ENGINE.getGlobalContextCopy(), JinjaValues.of(args));
    JinjaStrict.register(context);
    context.setDynamicVariableResolver(JinjaEngine::unknown);
    JinjavaInterpreter interpreter =
        new PythonInterpreter(ENGINE, context, ENGINE.getGlobalConfig());
    JinjaStrict.begin();
    try {
      String out = interpreter.render(text);
      check(interpreter, text, args);
      return out;
    } catch (UnknownTokenException e) {
      check(interpreter, text, args);
      throw new JobException(gives(e) + where(text, interpreter.getLineNumber()), e);
    } catch (RuntimeException | StackOverflowError e) {
      check(interpreter, text, args);
      throw new JobException("the template cannot be rendered: " + e.getMessage(), e);
    }
  }

  private static Object unknown(String name) {
    return switch (name) {
      case "none", "None" -> JinjaValues.NONE;
      case "True" -> true;
      case "False" -> false;
      default -> JinjaStrict.undefined("'" + name + "' is undefined");
    };
  }

  private static void check(JinjavaInterpreter interpreter, String text, Map<String, JsonNode> args)
      throws JobException {
    if (interpreter.getErrors().isEmpty() && JinjaStrict.failure() == null) {
      return;
    }
    int line =
        interpreter.getErrors().isEmpty()
            ? interpreter.getLineNumber()
            : interpreter.getErrors().get(0).getLineno();
    String what =
        JinjaStrict.failure() != null
            ? JinjaStrict.failure() + known(args)
            : say(interpreter.getErrors().get(0));
    throw new JobException(what + where(text, line));
  }

  private static String say(TemplateError error) {
    return error.getException() instanceof UnknownTokenException unknown
        ? gives(unknown)
        : error.getMessage();
  }

  private static String gives(UnknownTokenException unknown) {
    return "'" + unknown.getToken() + "' gives nothing: a filter or name in it does not exist";
  }

  private static String where(String text, int line) {
    String[] lines = text.split("\n", -1);
    return line >= 1 && line <= lines.length
        ? ", in line " + line + " of the template: " + lines[line - 1].strip()
        : "";
  }

  private static String known(Map<String, JsonNode> args) {
    if (args.isEmpty()) {
      return " (no arguments exist on this node)";
    }
    String names =
        args.keySet().stream().sorted().limit(MAX_NAMES).collect(Collectors.joining(", "));
    return " (arguments that exist: " + names + (args.size() > MAX_NAMES ? ", ..." : "") + ")";
  }

  private static Jinjava engine() {
    LegacyOverrides python =
        LegacyOverrides.newBuilder()
            .withEvaluateMapKeys(true)
            .withIterateOverMapKeys(true)
            .withUsePyishObjectMapper(true)
            .withUseNaturalOperatorPrecedence(true)
            .withParseWhitespaceControlStrictly(true)
            .withAllowAdjacentTextNodes(true)
            .withUseTrimmingForNotesAndExpressions(true)
            .withKeepNullableLoopValues(true)
            .withHandleBackslashInQuotesOnly(true)
            .build();
    Jinjava engine =
        new Jinjava(
            JinjavaConfig.newBuilder()
                .withFailOnUnknownTokens(true)
                // Else what an argument holds would be rendered again.
                .withNestedInterpretationEnabled(false)
                .withKeepTrailingNewline(true)
                .withRangeLimit(MAX_RANGE)
                .withMaxOutputSize(MAX_OUTPUT_BYTES)
                .withElResolver(new JinjaStrict.Attributes())
                .withLegacyOverrides(python)
                .build());
    engine.setResourceLocator(
        (name, encoding, interpreter) -> {
          throw new ResourceNotFoundException("templates on nodes cannot load " + name);
        });
    return engine;
  }

  /** Prints values as Python does. */
  private static final class PythonInterpreter extends JinjavaInterpreter {
    PythonInterpreter(Jinjava application, Context context, JinjavaConfig config) {
      super(application, context, config);
    }

    @Override
    public String getAsString(Object value) {
      return JinjaValues.text(value);
    }
  }
}
