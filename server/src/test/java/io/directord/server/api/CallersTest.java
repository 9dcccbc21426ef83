package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.config.RoleSettings;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsLoader;
import io.directord.common.target.TargetGroups;
import io.directord.server.access.Permission;
import io.directord.server.access.Roles;
import io.directord.server.access.UserGroups;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallersTest {
  @TempDir Path directory;

  private RoleSettings roles(String text) throws Exception {
    Path file = Files.writeString(directory.resolve("config.yaml"), text);
    return SettingsLoader.load(Map.of(Settings.CONFIG_FILE, file.toString()), Map.of())
        .get(Settings.ROLES);
  }

  @Test
  void aConnectionThatIsOpenHasTheRightsOfTheRolesThatAreReadAnew() throws Exception {
    Roles roles =
        new Roles(
            roles("roles: {ops: {who: 'group:ops', verbs: RUN, targets: '*'}}\n"),
            TargetGroups.NONE);
    EmbeddedChannel connection = new EmbeddedChannel();
    try {
      Callers.accepted(connection, "ada", false, roles, Set.of("ops"));
      assertTrue(has(connection, Permission.SUBMIT));

      roles.replace(roles("roles: {ops: {who: 'group:ops', also: read}}\n"), TargetGroups.NONE);
      assertFalse(has(connection, Permission.SUBMIT));
      assertTrue(has(connection, Permission.READ_JOBS));
      assertEquals("ada", Callers.of(connection).user());
    } finally {
      connection.finishAndReleaseAll();
    }
  }

  /** It may be accepted while the server ends; nobody would look up its user's groups any more. */
  @Test
  void aConnectionThatComesWhenNoGroupsAreLookedUpAnyMoreIsEnded() throws Exception {
    Roles roles =
        new Roles(
            roles("roles: {ops: {who: 'group:ops', verbs: RUN, targets: '*'}}\n"),
            TargetGroups.NONE);
    Callers callers = new Callers(() -> "directord", roles, new UserGroups(System::nanoTime));
    EmbeddedChannel listener = new EmbeddedChannel(callers);
    EmbeddedChannel connection = new EmbeddedChannel();
    try {
      callers.close();
      callers.opened(listener.pipeline().context(callers), connection, () -> "ada");
      assertFalse(connection.isOpen());
    } finally {
      listener.finishAndReleaseAll();
      connection.finishAndReleaseAll();
    }
  }

  private static boolean has(EmbeddedChannel connection, Permission permission) {
    return Authentication.BY_THE_KERNEL.caller(connection, null).rights().has(permission);
  }
}
