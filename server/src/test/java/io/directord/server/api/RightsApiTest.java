package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.directord.common.api.Bodies;
import io.directord.common.config.RoleSettings;
import io.directord.common.target.TargetGroups;
import io.directord.server.access.Permission;
import io.directord.server.access.Rights;
import io.directord.server.access.Roles;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RightsApiTest {

  @Test
  void aRoleThatOnlyReadsHasNoVerbsAndNoNodes() {
    Rights.Grant read =
        new Roles(RoleSettings.NONE, TargetGroups.NONE).ofRole("read").grants().get(0);
    Bodies.Granted granted = RightsApi.granted(read);
    assertEquals(List.of(), granted.verbs());
    assertEquals(List.of(), granted.targets());
  }

  @Test
  void aRoleThatRunsEverythingHasAll() {
    Bodies.Granted operator =
        RightsApi.granted(
            new Roles(RoleSettings.NONE, TargetGroups.NONE).ofRole("operator").grants().get(0));
    assertNull(operator.verbs());
    assertNull(operator.targets());
  }

  @Test
  void aRoleThatCancelsOnItsNodesHasNodesAlone() {
    Rights.Grant cancel = Rights.Grant.everywhere("stop", Set.of(Permission.CANCEL));
    assertEquals(List.of(), RightsApi.granted(cancel).verbs());
    assertNull(RightsApi.granted(cancel).targets());
  }
}
