package io.directord.cli.schema;

import static io.directord.cli.schema.Schemas.closed;
import static io.directord.cli.schema.Schemas.listOf;
import static io.directord.cli.schema.Schemas.of;
import static io.directord.cli.schema.Schemas.properties;

import io.directord.common.json.Json;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The schema of the catalogs that {@code bootstrap} runs, whose format is the original's. */
public final class CatalogSchema {
  private static final int MAX_PORT = 65_535;

  private CatalogSchema() {}

  public static ObjectNode schema() {
    ObjectNode schema =
        Schemas.root(
            "directord catalog",
            "Machines that become server and clients, and what is done there by SSH; further keys"
                + " are values for templates.");
    schema.put("type", "object");
    ObjectNode keys = schema.putObject("properties");
    keys.set("directord_server", of("The server's machine.", section()));
    keys.set("directord_clients", of("The clients' machines.", section()));
    schema.putObject("definitions").set("job", job());
    return schema;
  }

  private static ObjectNode section() {
    ObjectNode section = of("object", "null");
    ObjectNode keys = section.putObject("properties");
    ObjectNode args = of("object", "null");
    ObjectNode common = args.putObject("properties");
    common.set("port", port());
    common.set("username", of("string"));
    keys.set("args", of("Values of all targets that have none of their own.", args));
    ObjectNode target = of("object");
    ObjectNode values = target.putObject("properties");
    values.set("host", of("Name or address.", of("string").put("minLength", 1)));
    values.set("port", port());
    values.set("username", of("string"));
    values.set("name", of("What it is called in output.", of("string")));
    target.putArray("required").add("host");
    keys.set("targets", nullable(listOf(target)));
    keys.set("jobs", nullable(listOf(Json.object().put("$ref", "#/definitions/job"))));
    return section;
  }

  private static ObjectNode nullable(ObjectNode list) {
    list.putArray("type").add("array").add("null");
    return list;
  }

  private static ObjectNode job() {
    ObjectNode one = closed().put("minProperties", 1).put("maxProperties", 1);
    ObjectNode verbs = properties(one);
    verbs.set("RUN", of("A command, as a template.", words()));
    verbs.set("ADD", of("LOCAL REMOTE: copies a file to the machine.", words()));
    verbs.set("GET", of("REMOTE LOCAL: brings a file from the machine.", words()));
    ObjectNode job = Json.object();
    ArrayNode either = job.putArray("anyOf");
    List.of(one, listOf(Json.object().put("$ref", "#/definitions/job"))).forEach(either::add);
    return job;
  }

  private static ObjectNode words() {
    return of("string", "number", "boolean");
  }

  private static ObjectNode port() {
    return of("integer", "string").put("minimum", 1).put("maximum", MAX_PORT);
  }
}
