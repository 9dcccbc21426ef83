package io.directord.container;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.directord.cli.Ran;
import io.directord.common.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A containerised server answers at a socket on a volume as {@code docs/openapi.yaml} says. */
@Tag("container")
class ApiIT {
  private final SchemaRegistry schemas =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  @TempDir Path home;
  private Podman podman;
  private JsonNode document;

  @BeforeEach
  void start() throws Exception {
    podman = new Podman(home);
    document = Json.tree(new Yaml().load(Files.readString(Path.of("../docs/openapi.yaml"))));
    String server =
        podman.start(
            podman.name("server"),
            "--env DIRECTORD_MODE=server --env DIRECTORD_SHARED_KEY=secrete --user 0"
                + " --env DIRECTORD_SOCKET_PATH=/run/shared/d.sock --volume $HOME:/run/shared "
                + Podman.IMAGE);
    podman.awaitLog(server, "serves nodes");
    podman.start(
        podman.name("client"),
        "--network container:" + server + " --env DIRECTORD_SHARED_KEY=secrete " + Podman.IMAGE);
    await().atMost(Podman.TIMEOUT).until(() -> curl("GET", "/v1/nodes", "").contains("\"ACTIVE\""));
  }

  @AfterEach
  void stop() {
    if (podman != null) {
      podman.close();
    }
  }

  @Test
  void answersAsDescribed() {
    JsonNode example =
        document.at("/paths/~1v1~1jobs/post/requestBody/content/application~1json/example");
    answer("GET", "/v1/status", "/v1/status", "");
    answer("GET", "/v1/nodes", "/v1/nodes", "");
    answer("GET", "/v1/jobs/last", "/v1/jobs/{id}", "");
    answer("POST", "/v1/jobs", "/v1/jobs", "{\"jobs\": [{\"verb\": \"NONE\"}]}");
    answer("POST", "/v1/jobs", "/v1/jobs", example.toString());
    answer("GET", "/v1/jobs", "/v1/jobs", "");
    answer("GET", "/v1/jobs/last", "/v1/jobs/{id}", "");
    answer("POST", "/v1/jobs/last/cancel", "/v1/jobs/{id}/cancel", "");
    answer("DELETE", "/v1/jobs", "/v1/jobs", "");
    answer("DELETE", "/v1/nodes/none", "/v1/nodes/{id}", "");
  }

  /** Asks, and holds status, media type and body against what is described. */
  private void answer(String method, String target, String path, String body) {
    String[] lines = curl(method, target, body).split("\n", 3);
    JsonNode operation = document.get("paths").path(path).path(method.toLowerCase(Locale.ROOT));
    assertTrue(operation.isObject(), method + " " + path + " is not described");
    JsonNode responses = operation.get("responses");
    JsonNode described =
        responses.has(lines[0]) ? responses.get(lines[0]) : responses.get("default");
    if (described.has("$ref")) {
      described = document.at(described.get("$ref").stringValue().substring(1));
    }
    JsonNode content = described.path("content").path(lines[1]);
    assertTrue(content.isObject(), target + " " + lines[0] + " " + lines[1]);
    ObjectNode schema = ((ObjectNode) content.get("schema")).deepCopy();
    schema.set("components", document.get("components"));
    assertEquals(
        List.of(),
        schemas.getSchema(schema).validate(Json.mapper().readTree(lines[2])),
        () -> method + " " + target + ": " + lines[2]);
  }

  /** Status, media type and body, a line each. */
  private String curl(String method, String target, String body) {
    String data = body.isEmpty() ? "" : " -H 'Content-Type: application/json' -d @body.json";
    Ran ran =
        podman.shell(
            (body.isEmpty() ? "" : "printf %s '" + body + "' > body.json; ")
                + "curl -s -o answer -w '%{http_code}\\n%{content_type}\\n' --unix-socket d.sock -X "
                + method
                + data
                + " http://directord"
                + target
                + " && cat answer");
    return ran.out();
  }
}
