package io.directord.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.config.InvalidSettingsException;
import io.directord.common.config.RoleSettings;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsLoader;
import io.directord.common.target.TargetGroups;
import io.directord.common.validation.ValidationError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RolesTest {
  private static final String WEB =
      """
      groups:
        web: [web-*]
        linux: ['@os=linux']
      roles:
        web-ops:
          who: [group:web, user:deploy]
          verbs: [service, RUN]
          targets: ['%web', '@role=web']
          also: [read, cancel]
        look: {who: 'user:eve', also: read}
      """;

  @TempDir Path directory;

  private RoleSettings read(String text) throws IOException, InvalidSettingsException {
    Path file = Files.writeString(directory.resolve("config.yaml"), text);
    return SettingsLoader.load(Map.of(Settings.CONFIG_FILE, file.toString()), Map.of())
        .get(Settings.ROLES);
  }

  private List<String> errors(String text) {
    return assertThrows(InvalidSettingsException.class, () -> read(text)).errors().stream()
        .map(error -> error.toString().replace(directory + "/", ""))
        .toList();
  }

  @Test
  void aRoleWithAHookThatCannotBeStartedIsRefusedWithTheNearestName() throws Exception {
    String hooks =
        """
        hooks:
          deploy: {start: /etc/directord/deploy.yaml}
          pager: {command: /bin/x, on: node.lost}
        """;
    assertEquals(
        List.of(
            "config.yaml:5:25: unknown hook deplyo (did you mean deploy?)",
            "config.yaml:5:33: unknown hook pager"),
        errors(hooks + "roles:\n  builds: {hooks: ['*', deplyo, pager, deploy]}\n"));
    assertEquals(
        List.of(
            "config.yaml:1:26: unknown hook deploy; no hook of the configuration has start, and"
                + " only these can be started"),
        errors("roles: {builds: {hooks: [deploy]}}\n"));
    assertEquals(1, read(hooks + "roles: {builds: {hooks: deploy}}\n").roles().size());
  }

  @Test
  void aHookInWhichSomethingIsWrongIsNotUnknownToRoles() {
    List<String> errors =
        errors("hooks: {deploy: {start: deploy.yaml}}\nroles: {builds: {hooks: deploy}}\n");
    assertEquals(1, errors.size(), errors::toString);
    assertTrue(errors.get(0).contains("absolute path"), errors::toString);
  }

  @Test
  void withoutRolesThatNameUsersTheyMayDoEverything() throws Exception {
    assertEquals(
        Rights.ALL, new Roles(RoleSettings.NONE, TargetGroups.NONE).ofUser("ada", false, Set.of()));
    Roles roles = new Roles(read("roles: {ci: {verbs: [RUN], targets: '*'}}\n"), TargetGroups.NONE);
    assertEquals(Rights.ALL, roles.ofUser("ada", false, Set.of()));
  }

  @Test
  void usersAndGroupsHaveWhatTheirRolesAllow() throws Exception {
    Roles roles = new Roles(read(WEB), TargetGroups.NONE);
    assertTrue(roles.namesGroups());
    assertEquals(Rights.ALL, roles.ofUser("root", true, Set.of()));
    Rights deploy = roles.ofUser("deploy", false, Set.of());
    assertEquals(deploy, roles.ofUser("ada", false, Set.of("users", "web")));
    assertTrue(deploy.has(Permission.SUBMIT));
    assertTrue(deploy.has(Permission.CANCEL));
    assertTrue(deploy.has(Permission.READ_JOBS));
    assertFalse(deploy.has(Permission.PURGE));
    assertFalse(deploy.has(Permission.MANAGE_TOKENS));
    assertTrue(deploy.grants().get(0).hasVerb("SERVICE"));
    assertFalse(deploy.grants().get(0).hasVerb("COPY"));
    assertFalse(roles.ofUser("eve", false, Set.of()).has(Permission.SUBMIT));
    assertEquals(Rights.NONE, roles.ofUser("mallory", false, Set.of("users")));
  }

  @Test
  void aTokenHasItsRoleAsItIsNow() throws Exception {
    Roles roles = new Roles(read(WEB), TargetGroups.NONE);
    assertTrue(roles.ofRole("web-ops").has(Permission.SUBMIT));
    assertEquals(Rights.ALL, roles.ofRole("admin"));
    assertFalse(roles.ofRole("read").has(Permission.SUBMIT));
    assertFalse(roles.ofRole("operator").has(Permission.MANAGE_TOKENS));
    roles.replace(RoleSettings.NONE, TargetGroups.NONE);
    assertEquals(Rights.NONE, roles.ofRole("web-ops"));
  }

  @Test
  void allThatIsWrongIsSaidWhereItStands() throws Exception {
    assertEquals(
        List.of(
            "config.yaml:5:20: also: one of read, cancel, pause, purge, nodes is expected, not"
                + " 'raed' (did you mean read?)",
            "config.yaml:7:9: unknown key verb (did you mean verbs?); there are also, hooks,"
                + " targets, verbs, who",
            "config.yaml:7:3: role b needs both verbs and targets, or neither, and has no verbs;"
                + " '*' stands for all of them"),
        errors(
            """
            groups: {linux: ['@os=linux']}
            roles:
              a:
                verbs: [RUN]
                also: [cancel, raed]
                targets: x
              b: {  verb: RUN, targets: x}
            """));
    assertEquals(
        List.of(
            "config.yaml:3:3: the role admin is there already, and is as it is",
            "config.yaml:4:12: who: user:NAME or group:NAME is expected, not 'ada'",
            "config.yaml:3:3: role admin needs both verbs and targets, or neither, and has no"
                + " targets; '*' stands for all of them",
            "config.yaml:6:30: a role cannot rest on @os, which nodes say of themselves: use names,"
                + " or labels that 'directord manage --label' sets",
            "config.yaml:7:30: group linux: a role cannot rest on @os, which nodes say of"
                + " themselves: use names, or labels that 'directord manage --label' sets",
            "config.yaml:8:30: unknown group lunix (did you mean linux?)"),
        errors(
            """
            groups: {linux: ['@os=linux']}
            roles:
              admin:
                who: ['ada']
                verbs: RUN
              b: {verbs: RUN, targets: ['@os=linux']}
              c: {verbs: RUN, targets: ['%linux']}
              d: {verbs: RUN, targets: ['%lunix']}
            """));
  }

  @Test
  void verbsAreThoseThatTheServerKnows() throws Exception {
    List<ValidationError> errors = new ArrayList<>();
    Roles.checkVerbs(
        read("roles: {a: {verbs: [run, RUNN, '*'], targets: '*'}}\n"),
        List.of("RUN", "COPY"),
        errors);
    assertEquals(1, errors.size());
    assertTrue(errors.get(0).toString().contains("unknown verb RUNN (did you mean RUN?)"));
  }
}
