package io.directord.client.execution;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import io.directord.common.component.JobException;
import io.directord.common.json.Json;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Jinja2 templates with strict undefined, and no way to files or the network. */
final class JinjaEngine {
  private static final long MAX_OUTPUT_BYTES = 16 << 20;
  private static final Jinjava ENGINE = engine();

  private JinjaEngine() {}

  static String render(String text, Map<String, JsonNode> args) throws JobException {
    Map<?, ?> values = Json.read(Json.tree(args), Map.class);
    @SuppressWarnings("unchecked")
    RenderResult result = ENGINE.renderForResult(text, (Map<String, ?>) values);
    for (TemplateError error : result.getErrors()) {
      throw new JobException(error.getMessage());
    }
    return result.getOutput();
  }

  private static Jinjava engine() {
    Jinjava engine =
        new Jinjava(
            JinjavaConfig.newBuilder()
                .withFailOnUnknownTokens(true)
                .withMaxOutputSize(MAX_OUTPUT_BYTES)
                .withLegacyOverrides(LegacyOverrides.ALL)
                .build());
    return engine;
  }
}
