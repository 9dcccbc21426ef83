package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.directord.common.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code docs/openapi.yaml}, whose schemas are JSON Schema as of 2020-12. */
final class OpenApiDocument {
  private static final Set<String> METHODS =
      Set.of("get", "put", "post", "delete", "head", "patch", "options", "trace");

  private final ObjectNode document;
  private final SchemaRegistry schemas =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  OpenApiDocument() throws IOException {
    document = Json.tree(new Yaml().load(Files.readString(Path.of("../docs/openapi.yaml"))));
    // What is not described must not be sent. A job alone has keys of its verb.
    document
        .at("/components/schemas")
        .properties()
        .forEach(
            schema -> {
              if (!schema.getKey().equals("Job")) {
                ((ObjectNode) schema.getValue()).put("additionalProperties", false);
              }
            });
  }

  /** As {@code GET /v1/jobs/{id}}. */
  Set<String> operations() {
    Set<String> all = new TreeSet<>();
    for (var path : document.get("paths").properties()) {
      for (String key : path.getValue().propertyNames()) {
        if (METHODS.contains(key)) {
          all.add(key.toUpperCase(Locale.ROOT) + " " + path.getKey());
        }
      }
    }
    return all;
  }

  /** Names of an operation's parameters in the query. */
  Set<String> parameters(String operation) {
    Set<String> names = new TreeSet<>();
    for (JsonNode parameter : operation(operation).path("parameters")) {
      if (parameter.get("in").stringValue().equals("query")) {
        names.add(parameter.get("name").stringValue());
      }
    }
    return names;
  }

  JsonNode operation(String operation) {
    String[] parts = operation.split(" ");
    return document.get("paths").get(parts[1]).get(parts[0].toLowerCase(Locale.ROOT));
  }

  /** Fails unless the document allows this answer. */
  void check(String operation, int status, String mediaType, String body) {
    JsonNode responses = operation(operation).get("responses");
    JsonNode response = responses.path(String.valueOf(status));
    assertTrue(
        response.isObject() || status >= 400, operation + " does not describe status " + status);
    JsonNode described = response.isObject() ? response : responses.get("default");
    if (described.has("$ref")) {
      described = document.at(described.get("$ref").stringValue().substring(1));
    }
    JsonNode content = described.path("content");
    if (body.isEmpty()) {
      assertTrue(content.isMissingNode(), operation + " describes a body for " + status);
    } else {
      assertTrue(content.has(mediaType), operation + " " + status + ": " + mediaType);
      check(content.get(mediaType).get("schema"), body);
    }
  }

  /** Fails unless the schema of this name allows the JSON. */
  void check(String schema, String json) {
    check(Json.object().put("$ref", "#/components/schemas/" + schema), json);
  }

  void check(JsonNode schema, String json) {
    ObjectNode whole = ((ObjectNode) schema).deepCopy();
    whole.set("components", document.get("components"));
    var errors =
        schemas
            .getSchema(whole)
            .validate(
                Json.mapper().readTree(json),
                context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
    assertEquals(List.of(), errors, json);
  }
}
