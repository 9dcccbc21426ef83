package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.server.access.Authorizer;
import io.directord.server.access.Caller;
import io.directord.server.access.Permission;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every route needs a permission, and nothing is done without it. */
@Timeout(300)
class PermissionTest {
  private static final String ME = System.getProperty("user.name");

  /** What is asked for: the caller's last permission, or a method that it may not call. */
  private final List<Permission> asked = new ArrayList<>();

  private final Set<Permission> refused = EnumSet.noneOf(Permission.class);

  @TempDir Path directory;

  private final Authorizer authorizer =
      (caller, permission) -> {
        assertEquals(new Caller(ME, true), caller);
        asked.add(permission);
        return !refused.contains(permission);
      };

  @Test
  void everyRouteIsRefusedToWhoLacksItsPermission() throws Exception {
    refused.addAll(EnumSet.allOf(Permission.class));
    Set<Permission> needed = EnumSet.noneOf(Permission.class);
    try (ApiFixture api = ApiFixture.with(directory, authorizer)) {
      for (Route route : api.server.routes()) {
        String answer = ask(api, route);
        assertEquals("HTTP/1.1 403 Forbidden", answer.lines().findFirst().orElseThrow());
        if (!route.method().name().equals("HEAD")) {
          String sentence =
              "user " + ME + " may not " + route.permission().text() + " here; nothing";
          assertTrue(answer.contains(sentence), answer);
        }
        assertEquals(List.of(route.permission()), asked);
        asked.clear();
        needed.add(route.permission());
      }
      assertEquals(EnumSet.allOf(Permission.class), needed);
      assertTrue(api.dispatch.jobs.isEmpty());
      assertEquals(2, api.dispatch.nodes.size());
      assertTrue(api.dispatch.filters.isEmpty());
    }
  }

  @Test
  void noRouteNeedsMoreThanItsPermission() throws Exception {
    try (ApiFixture api = ApiFixture.with(directory, authorizer)) {
      for (Route route : api.server.routes()) {
        refused.clear();
        refused.addAll(EnumSet.complementOf(EnumSet.of(route.permission())));
        String answer = ask(api, route);
        assertFalse(answer.startsWith("HTTP/1.1 403"), route + ": " + answer);
      }
    }
  }

  /** What follows events is asked wrongly, since its answer would not end. */
  private static String ask(ApiFixture api, Route route) throws Exception {
    String path = route.template().replaceAll("\\{[a-z0-9]+}", "none");
    String query = route.parameters().contains("detail") ? "?detail=all" : "";
    return api.ask(route.method() + " " + path + query + " HTTP/1.1");
  }
}
